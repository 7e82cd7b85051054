/** Where a process that runs on writes what it does: an object of fields, then words. A pino logger is one. */
export interface WorkLog {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
