import type { Difference } from '../../../master/differences-of.js';
import type { Language } from '../../../model/message.js';
import type { Text } from '../../text.js';
import { fieldTitle, valueWord } from './field-words.js';

/** A warning and, field by field, the values of two records that differ; nothing when they do not. */
export function differenceLines(differences: readonly Difference[], text: Text, language: Language): string[] {
  if (differences.length === 0) return [];
  return [text('customer.differ'), ...differences.map((one) => `  ${differenceOf(one, language)}`)];
}

/** `省份: 湖南省 | 湖北省`. */
export function differenceOf({ field, one, other }: Difference, language: Language): string {
  const words = (value: string) =>
    field === 'role'
      ? value
          .split('、')
          .map((role) => valueWord('customer', 'role', role, language))
          .join('、')
      : value;
  return `${fieldTitle('customer', field, language)}: ${words(one)} | ${words(other)}`;
}
