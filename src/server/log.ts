import { type Logger, pino } from 'pino';
import { withoutSecrets } from '../app/known-secrets.js';
import { HubError } from '../model/hub-error.js';

/** One line of JSON per event on stderr. What is spoken of goes into fields (`run`, `stage`, `step`, `source`, `delivery`), not into the text. */
export type Log = Logger;

export function createLog(level: string, write: (line: string) => void = (line) => void process.stderr.write(line)): Log {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describe },
    },
    { write: (line: string) => write(withoutSecrets(line)) },
  );
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  const cause = error.cause === undefined ? {} : { cause: describe(error.cause) };
  if (error instanceof HubError) return { message, class: error.errorClass, code: error.told.code, ...cause };
  return { message, stack, ...cause };
}
