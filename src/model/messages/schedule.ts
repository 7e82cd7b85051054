/** Schedule, calendar, backfill, missing board. */
export const scheduleMessages = {
  'schedule.calendar-invalid': {
    zh: '{file} 的日历有误，未采用任何年份：\n  {problems}',
    en: 'The calendar of {file} is wrong, no year was taken:\n  {problems}',
  },
  'schedule.bad-default': { zh: '排程有误，未保存：{problems}', en: 'The schedule is wrong and was not saved: {problems}' },
} as const;
