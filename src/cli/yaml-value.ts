import { parse } from 'yaml';
import { WrongUsage } from './wrong-usage.js';

/** A value that was typed as YAML, so that numbers and lists keep their types. */
export function yamlValue(given: string): unknown {
  try {
    return parse(given, { prettyErrors: false });
  } catch (error) {
    throw new WrongUsage('yaml.bad-value', { value: given, cause: (error as Error).message });
  }
}
