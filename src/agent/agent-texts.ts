import { fillPlaces } from '../model/fill-places.js';
import type { Language } from '../model/message.js';

/** What the agent says at the distributor that is no fault. */
const agentTexts = {
  about: {
    zh: '流向直连客户端：在商业公司读自己的数据库，签名后发给汇流',
    en: 'the direct-connection agent: reads a distributor’s database, signs and sends it',
  },
  'enrol.about': { zh: '用邀请码登记到汇流', en: 'enrol at the hub with an invitation' },
  'run.about': { zh: '按配置读取并发送，直到停止', en: 'read and send as configured, until stopped' },
  'try.about': { zh: '试跑一个任务：核对列名，看前几行；不发送', en: 'try a task: checks the columns, shows rows; sends nothing' },
  'status.about': { zh: '看登记、心跳、待发和各任务的情况', en: 'show enrolment, heartbeat, what waits, and each task' },
  'arg-hub': { zh: '汇流地址，如 https://hub.example.com', en: 'address of the hub, such as https://hub.example.com' },
  'arg-code': { zh: '邀请码，由厂家给出', en: 'invitation code, given by the manufacturer' },
  'arg-task': { zh: '任务名', en: 'name of the task' },
  'opt-home': { zh: '客户端目录（默认 HUILIU_AGENT_HOME）', en: 'folder of the agent (by default HUILIU_AGENT_HOME)' },
  'opt-again': { zh: '已登记也重新登记，换新密钥', en: 'enrol anew with a new key, although enrolled' },
  'opt-ca': { zh: '汇流证书（PEM 文件），自签名时用', en: 'certificate of the hub (PEM), when self-signed' },
  'opt-insecure': { zh: '允许不加密的 http，只用于内网测试', en: 'allow plain http, for tests in a closed network' },
  'opt-once': { zh: '全部读一遍、发完就结束', en: 'read and send everything once, then end' },
  'opt-every': { zh: '每隔多少秒读一次，代替配置', en: 'seconds between readings, instead of the configured' },
  'opt-day': { zh: '业务日，默认昨天', en: 'business day, by default yesterday' },
  'opt-rows': { zh: '显示多少行', en: 'rows to show' },
  'opt-sql': { zh: '改用这个文件里的 SQL 试', en: 'try the SQL of this file instead' },
  'opt-lang': { zh: '语言', en: 'language' },
  'opt-json': { zh: '结果输出为一个 JSON 值', en: 'answer with one JSON value' },
  'opt-help': { zh: '显示帮助', en: 'show help' },
  enrolled: {
    zh: '已登记为 {agent}（{title}），汇流：{hub}。\n接下来：在 {settings} 里填写数据库，然后运行 try <任务> 核对，再运行 run。',
    en: 'Enrolled as {agent} ({title}) at {hub}.\nNext: describe the database in {settings}, check with try <task>, then run.',
  },
  'status.never': { zh: '还没有运行过', en: 'has not run yet' },
  'status.agent': { zh: '登记', en: 'enrolled as' },
  'status.hub': { zh: '汇流', en: 'hub' },
  'status.talked': { zh: '最后联系成功', en: 'last heard by the hub' },
  'status.fault': { zh: '联系不上的原因', en: 'why not since' },
  'status.paused': { zh: '已被汇流暂停', en: 'paused by the hub' },
  'status.waiting': { zh: '待发', en: 'waiting' },
  'status.waiting-of': { zh: '{units} 个单元，{bytes} 字节', en: '{units} units, {bytes} bytes' },
  'status.task': { zh: '任务 {task}', en: 'task {task}' },
  'status.read': { zh: '{at} 读了 {rows} 行', en: '{rows} rows read at {at}' },
  'status.not-read': { zh: '还没有读过', en: 'not read yet' },
  'try.day': {
    zh: '任务 {task}，{day}：{rows} 行，{branches} 个分支，用时 {ms} 毫秒',
    en: 'Task {task}, {day}: {rows} rows, {branches} branches, {ms} ms',
  },
  'try.required': { zh: '必须的列', en: 'required' },
  'try.optional': { zh: '可选的列', en: 'optional' },
  'try.other': { zh: '其他列', en: 'others' },
  'try.missing': {
    zh: '缺少的列：{missing}。请在 SQL 里用 AS 起这些名字。',
    en: 'Missing columns: {missing}. Name them with AS in the SQL.',
  },
  'try.fine': { zh: '列名齐全。没有发送任何数据。', en: 'All columns are there. Nothing was sent.' },
  'fault.heading': { zh: '出错', en: 'Fault' },
} as const satisfies Record<string, Record<Language, string>>;

export type AgentText = (key: keyof typeof agentTexts, values?: Readonly<Record<string, string | number>>) => string;

export function agentTextIn(language: Language): AgentText {
  return (key, values = {}) => fillPlaces(agentTexts[key][language], (name) => (name in values ? String(values[name]) : undefined));
}
