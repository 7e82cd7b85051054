/** What one check found. `found` and `todo` are texts in the reader's language. */
export interface Check {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly todo: string | null;
}

export function ok(check: string, found: string): Check {
  return { check, state: 'ok', found, todo: null };
}

export function warn(check: string, found: string, todo: string): Check {
  return { check, state: 'warn', found, todo };
}

export function fail(check: string, found: string, todo: string): Check {
  return { check, state: 'fail', found, todo };
}
