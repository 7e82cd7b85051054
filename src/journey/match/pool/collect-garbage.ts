import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back, now, what this thread no longer refers to. Shared memory weighs nothing in V8's own account of a thread, so the drafts of
 * an index, some 200 MB for a million terminals, would otherwise stay until something else calls for a collection.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
