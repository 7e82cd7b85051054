/** Talking to the far side. */
export const connectMessages = {
  'connect.unreachable': {
    zh: '{source}：连不上 {where}（{cause}）。稍后自动重试；若持续失败，请核对地址、端口和防火墙。',
    en: '{source}: cannot reach {where} ({cause}). It is retried; if it persists, check address, port and firewall.',
  },
} as const;
