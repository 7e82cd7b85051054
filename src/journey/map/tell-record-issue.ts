import { type MessageCode, message } from '../../model/message.js';
import type { Issue } from './map-outcome.js';

/**
 * The same issue for a row of a list or an entity: quarantine replays lines of flow only, so what helps is to correct the row where it
 * comes from and import it again. The rule stays, for counting and filtering; an issue that needs no other words comes back as it is.
 */
export function tellRecordIssue(issue: Issue): Issue {
  const code = recordWords[issue.told.code];
  return code ? { ...issue, told: message(code, issue.told.values) } : issue;
}

const recordWords: Partial<Record<MessageCode, MessageCode>> = {
  'validate.required': 'validate.record-required',
  'validate.date': 'validate.record-date',
  'validate.number': 'validate.record-number',
  'validate.digits-lost': 'validate.record-digits-lost',
  'validate.too-long': 'validate.record-too-long',
  'validate.too-many-cells': 'validate.record-too-many-cells',
};
