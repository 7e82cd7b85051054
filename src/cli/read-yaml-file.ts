import type { z } from 'zod';
import { checkYaml } from '../journey/map/parse-yaml.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { readTextFile } from './read-text-file.js';

/**
 * Reads a YAML file of a schema: as it is `given`, and with its defaults. All that is wrong is told together, each mistake with its line.
 *
 * @throws HubError `config` with `code`, which has the places `file` and `problems`
 */
export async function readYamlFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  code: 'share.invalid' | 'alert.channels-invalid' | 'agent.file-invalid',
): Promise<{ readonly given: unknown; readonly data: z.output<Schema> }> {
  const { given, data, problems } = checkYaml(await readTextFile(file), schema);
  if (problems.length === 0) return { given, data: data as z.output<Schema> };
  throw new HubError('config', message(code, { file, problems }));
}
