import { cliTexts, type Text, type TextKey } from '../../text.js';

/** The matcher's plain English reasons in the reader's language; one we have no words for is shown as it is. */
export function sayReason(reason: string, text: Text): string {
  const conflict = /^conflict: (\w+)$/u.exec(reason)?.[1];
  if (conflict !== undefined) return text('why.conflict', { what: word(`conflict.${conflict}`, conflict, text) });
  const low = /^probability ([\d.]+) below ([\d.]+)/u.exec(reason);
  if (low) return text('why.low', { p: low[1]!, needed: low[2]! });
  const searched = /^searched in (.*); the terminal is in (.*)$/u.exec(reason);
  if (searched) return text('why.searched', { places: searched[1]!, place: searched[2]! });
  if (reason.startsWith('kind of link not certified')) return text('why.not-certified');
  return word(`why.${keys[reason] ?? ''}`, reason, text);
}

/** The kind of a link, `same name, place known`. */
export function sayStratum(stratum: string, text: Text): string {
  return stratum
    .split(', ')
    .map((one) => word(`stratum.${one}`, one, text))
    .join(' · ');
}

const keys: Readonly<Record<string, string>> = {
  'two terminals equally likely': 'tie',
  'terminal is closed': 'closed',
  'search stopped at its budget': 'unproven',
  'no place is given and the name alone is not telling enough': 'placeless',
  'name says too little: give the place': 'vague',
  placeholder: 'placeholder',
  'no candidate': 'no-candidate',
  'one customer code would mean two terminals': 'code-of-two',
  'a person said this name does not mean this terminal': 'denied',
  'people linked the same spelling of this distributor to another terminal': 'aliases-differ',
  'terminal is not in the master (or was removed)': 'not-in-master',
  'too few letters in common: others filled the candidate list': 'few-letters',
  'it is the answer': 'is-answer',
};

function word(key: string, otherwise: string, text: Text): string {
  return key in cliTexts ? text(key as TextKey) : otherwise;
}
