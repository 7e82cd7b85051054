import { fillPlaces } from '../model/fill-places.js';
import type { Language } from '../model/message.js';
import { agentsTexts } from './texts/agents-texts.js';
import { checkTexts } from './texts/check-texts.js';
import { commandTexts } from './texts/command-texts.js';
import { customerTexts } from './texts/customer-texts.js';
import { deskTexts } from './texts/desk-texts.js';
import { doctorTexts } from './texts/doctor-texts.js';
import { figuresTexts } from './texts/figures-texts.js';
import { helpTexts } from './texts/help-texts.js';
import { historyTexts } from './texts/history-texts.js';
import { learningTexts } from './texts/learning-texts.js';
import { namesTexts } from './texts/names-texts.js';
import { portalTexts } from './texts/portal-texts.js';
import { reportTexts } from './texts/report-texts.js';
import { retentionTexts } from './texts/retention-texts.js';
import { scheduleTexts } from './texts/schedule-texts.js';
import { secretsTexts } from './texts/secrets-texts.js';
import { serverTexts } from './texts/server-texts.js';
import { shareTexts } from './texts/share-texts.js';
import { uploadTexts } from './texts/upload-texts.js';
import { wordTexts } from './texts/word-texts.js';

/** What the command line says that is no fault: help, headings, results. Faults have their texts in src/model/messages. */
export const cliTexts = {
  ...agentsTexts,
  ...commandTexts,
  ...checkTexts,
  ...customerTexts,
  ...deskTexts,
  ...doctorTexts,
  ...figuresTexts,
  ...helpTexts,
  ...historyTexts,
  ...learningTexts,
  ...namesTexts,
  ...portalTexts,
  ...reportTexts,
  ...retentionTexts,
  ...secretsTexts,
  ...shareTexts,
  ...serverTexts,
  ...scheduleTexts,
  ...uploadTexts,
  ...wordTexts,
} as const satisfies Record<string, Record<Language, string>>;

export type TextKey = keyof typeof cliTexts;
/** The text of a key, with its `{name}` places filled. */
export type Text = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

export function textIn(language: Language): Text {
  return (key, values = {}) => fillPlaces(cliTexts[key][language], (name) => (name in values ? String(values[name]) : undefined));
}
