import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

/**
 * The person at the keyboard, for the ledger and the rule of two: who logged in to the machine, also behind sudo and su. Linux keeps that for
 * the whole session and lets nobody without the right change it. Where nobody logged in (services, containers, other systems) it is the
 * account; a container may have no name for that.
 */
export function personAtKeyboard(loginFile = '/proc/self/loginuid'): string {
  return nameOfLogin(loginFile) ?? nameOfAccount();
}

/** What the kernel says when nobody logged in: -1 in 32 bits. */
const nobody = '4294967295';

function nameOfLogin(loginFile: string): string | null {
  try {
    const uid = readFileSync(loginFile, 'utf8').trim();
    if (!/^\d+$/u.test(uid) || uid === nobody || uid === String(process.getuid?.())) return null;
    return execFileSync('id', ['-nu', uid], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null;
  } catch {
    return null;
  }
}

function nameOfAccount(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? ''}`;
  }
}
