/** Turning bytes into rows. */
export const decodeMessages = {
  'decode.empty-file': {
    zh: '{name}：文件为空（0 字节），没有可导入的数据。请联系发送方重发。',
    en: '{name}: the file is empty (0 bytes). Ask the sender to send it again.',
  },
} as const;
