import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface AgentLog {
  write(level: 'info' | 'warn' | 'error', line: string): void;
  /** This text is never written. */
  hide(secret: string): void;
  /** The end of what was written, oldest first. */
  tail(bytes: number): string;
}

const largest = 2 * 1024 ** 2;

/** A file and the one before it, 2 MB each. The lines also go to `echo`. */
export function openAgentLog(path: string, echo: (line: string) => void): AgentLog {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const secrets = new Set<string>();
  return {
    write(level, told) {
      const line = `${new Date().toISOString()} ${level} ${withoutSecrets(told).replace(/\s*\n\s*/gu, ' | ')}`;
      echo(line);
      try {
        if (existsSync(path) && statSync(path).size > largest) renameSync(path, `${path}.1`);
        appendFileSync(path, `${line}\n`, { mode: 0o600 });
      } catch {
        // A full disk stops neither reading nor sending.
      }
    },
    hide(secret) {
      if (secret.length >= 4) secrets.add(secret);
    },
    tail(bytes) {
      const files = [`${path}.1`, path].filter((one) => existsSync(one)).map((one) => readFileSync(one, 'utf8'));
      return withoutSecrets(files.join('').slice(-bytes));
    },
  };

  function withoutSecrets(text: string): string {
    let shown = text;
    for (const secret of secrets)
      for (const spelling of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
        shown = shown.replaceAll(spelling, '***');
    return shown;
  }
}
