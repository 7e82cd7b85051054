import type { CommandContext } from './command-context.js';

/** Opens the context for one command and closes it whatever happens. */
export async function withContext(open: () => Promise<CommandContext>, work: (context: CommandContext) => Promise<void>): Promise<void> {
  const context = await open();
  try {
    await work(context);
  } finally {
    await context.close();
  }
}
