/**
 * Why figures of a day are missing, in the words of the trade. `nothing-due`: nothing will come for that day, so it is not missing.
 * `owed`: it is known why, and it is still missing; a night does not turn green by it.
 */
export const excuseReasons = {
  'no-sales': 'nothing-due',
  monthly: 'nothing-due',
  'not-daily': 'nothing-due',
  'not-connected': 'nothing-due',
  'no-agreement': 'nothing-due',
  'no-cooperation': 'nothing-due',
  disconnected: 'nothing-due',
  'not-sent': 'owed',
  'new-erp': 'owed',
  'erp-fault': 'owed',
  'server-fault': 'owed',
  'tool-off': 'owed',
  'tool-fault': 'owed',
  'upload-fault': 'owed',
  'interface-fault': 'owed',
  reconnecting: 'owed',
  'connection-fine': 'owed',
  'nobody-in-charge': 'owed',
  other: 'owed',
} as const satisfies Record<string, 'nothing-due' | 'owed'>;

export type ExcuseReason = keyof typeof excuseReasons;
