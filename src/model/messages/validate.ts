/** Row issues and delivery gates. */
export const validateMessages = {
  'validate.required': {
    zh: '“{column}”为空，此列必填。请补上后重放本行。',
    en: '"{column}" is empty but required. Fill it in and replay the row.',
  },
} as const;
