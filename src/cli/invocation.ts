import type { Hub } from '../app/hub.js';
import { openHub } from '../app/open-hub.js';
import { readSettings, type Settings } from '../app/settings.js';
import type { Interruption } from './interruption.js';
import { projectFolder } from './project-folder.js';
import type { Screen } from './screen.js';

/** What a command is given besides its own arguments. */
export interface Invocation {
  readonly screen: Screen;
  readonly settings: Settings;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Starts the hub, the database included; closed by itself when the command ends. */
  openHub(): Promise<Hub>;
  /** Adds something else that has to be closed when the command ends. */
  onEnd(close: () => Promise<void>): void;
}

export function createInvocation(screen: Screen, interruption: Interruption, environment: NodeJS.ProcessEnv): Invocation {
  const settings = readSettings(environment, projectFolder());
  let opening: Promise<Hub> | null = null;
  return {
    screen,
    settings,
    signal: interruption.signal,
    onEnd: interruption.onEnd,
    openHub() {
      if (!opening) {
        opening = openHub(settings);
        // Registered before it is open: a Ctrl-C during the start waits for it, and then closes it.
        interruption.onEnd(async () => {
          const hub = await opening?.catch(() => null);
          await hub?.close();
        });
      }
      return opening;
    },
  };
}
