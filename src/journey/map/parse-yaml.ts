import type { z } from 'zod';
import { checkValue } from '../../model/check-value.js';
import { HubError } from '../../model/hub-error.js';
import { type Message, message } from '../../model/message.js';
import { locateYaml } from './locate-yaml.js';

/**
 * Reads YAML that a person wrote against a schema. All mistakes are reported together, each with its line and its path.
 *
 * @throws HubError `config` (`map.yaml-invalid`)
 */
export function parseYaml<Schema extends z.ZodType>(text: string, fileName: string, schema: Schema): z.output<Schema> {
  const { data, problems } = checkYaml(text, schema);
  if (problems.length === 0) return data as z.output<Schema>;
  throw new HubError('config', message('map.yaml-invalid', { file: fileName, problems }));
}

/** The same without throwing; `data` is undefined when there are problems. `given` is what stands in the text, without defaults. */
export function checkYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): { readonly given: unknown; readonly data: z.output<Schema> | undefined; readonly problems: readonly Message[] } {
  const { value: given, faults, lineOf } = locateYaml(text);
  if (faults.length > 0) return { given, data: undefined, problems: faults };
  const { data, problems } = checkValue(schema, given);
  return { given, data, problems: problems.map(({ path, told }) => inLine(lineOf(path), told)) };
}

/** A mistake with its line, if it has one. */
export function inLine(line: number | null, problem: Message): Message {
  return line === null ? problem : message('yaml.line', { line, problem });
}
