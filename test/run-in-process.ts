import { vi } from 'vitest';
import { main } from '../src/cli/main.js';
import type { Ended } from './run-program.js';

/** Runs `huiliu` with these arguments in this process: for tests of many commands, where starting each anew would be most of the time. One at a time. */
export async function huiliuHere(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  const told = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      told[stream] += String(text);
      return true;
    }),
  );
  try {
    const code = await main(args, environment);
    return { code, ...told };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
