/** The hub itself: settings, database, runs, deliveries. */
export const hubMessages = {
  'hub.settings-invalid': {
    zh: '设置有误：{problems}',
    en: 'The settings are wrong: {problems}',
  },
} as const;
