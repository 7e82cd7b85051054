/** What an API key may be allowed to do. A route names the one it needs; a new kind of route may add one here. */
export const rights = {
  read: { zh: '查看数据', en: 'look at data' },
  reconcile: { zh: '调用名称配对服务', en: 'ask the matcher for candidates' },
  decide: { zh: '裁决名称、处理隔离与挂起', en: 'decide names, quarantine and held deliveries' },
  upload: { zh: '上传文件', en: 'hand in files' },
  operate: { zh: '启动运行、修改来源与计划', en: 'start runs, change sources and schedules' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type Right = keyof typeof rights;

export const isRight = (text: string): text is Right => Object.hasOwn(rights, text);
