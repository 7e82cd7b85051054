import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so; throws with its name when it does not come. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, seconds = 180): Promise<void> {
  const giveUpAt = Date.now() + seconds * 1_000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await sleep(50);
  }
}
