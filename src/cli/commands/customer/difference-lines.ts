import type { Difference, OtherValue } from '../../../master/differences-of.js';
import type { Language } from '../../../model/message.js';
import type { Text } from '../../text.js';
import { fieldTitle, valueWord } from './field-words.js';

/** A warning and, field by field, the values of two records that differ; nothing when they do not. */
export function differenceLines(differences: readonly Difference[], text: Text, language: Language): string[] {
  if (differences.length === 0) return [];
  return [text('customer.differ'), ...differences.map((one) => `  ${differenceOf(one, language)}`)];
}

/** The other values in which two records differ, side by side. */
export function otherValueLines(values: readonly OtherValue[], text: Text, language: Language): string[] {
  if (values.length === 0) return [];
  const word = (field: string, value: string) => valueWord('customer', field, value, language);
  return [
    text('customer.differ-too'),
    ...values.map(({ field, one, other }) => `  ${fieldTitle('customer', field, language)}: ${word(field, one)} | ${word(field, other)}`),
  ];
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
