import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

/** What Nest says about itself goes into our log; its account of every route and module only at level debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Log) {}

  log(told: unknown, ...rest: unknown[]): void {
    this.write('debug', told, rest);
  }
  error(told: unknown, ...rest: unknown[]): void {
    this.write('error', told, rest);
  }
  warn(told: unknown, ...rest: unknown[]): void {
    this.write('warn', told, rest);
  }
  debug(told: unknown, ...rest: unknown[]): void {
    this.write('trace', told, rest);
  }

  private write(level: 'trace' | 'debug' | 'warn' | 'error', told: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const fields = { by: typeof context === 'string' ? context : 'nest' };
    if (told instanceof Error) this.logger[level]({ ...fields, error: told });
    else if (typeof told === 'object' && told !== null) this.logger[level]({ ...fields, ...told });
    else this.logger[level](fields, String(told));
  }
}
