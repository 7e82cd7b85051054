import picomatch from 'picomatch';
import { z } from 'zod';
import { type Message, message } from '../../model/message.js';
import type { Observed } from './connector.js';
import { decodeName, displayName, locatorOf } from './remote-path.js';

/** The settings shared by everything that offers files in folders (folder, ftp, sftp). */
export const fileChoiceSettings = {
  folder: z.string().min(1),
  /** Globs on the path below `folder`; a pattern without `/` looks at the file name alone. Case does not count. */
  pattern: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).default('*'),
  /** How many levels of subfolders to look into. */
  depth: z.int().min(0).max(10).default(0),
  /** Leaves out files older than this by the sender's clock; without it every file in the folder is looked at. */
  window_days: z.number().positive().optional(),
  /** A file is taken once its size and time have stood still so long. */
  stable_seconds: z.number().min(0).default(60),
  /** When set, `sales.csv` is taken once `sales.csv<done_suffix>` lies beside it; waiting for stillness is then not needed. */
  done_suffix: z.string().min(1).optional(),
  /** Names that are never data. */
  ignore: z.array(z.string()).default(['~$*', '.*', 'Thumbs.db', 'desktop.ini']),
  /** Names senders give to a file while they write it: shown as waiting, never taken. */
  unfinished: z.array(z.string()).default(['*.tmp', '*.temp', '*.part', '*.partial', '*.filepart', '*.crdownload', '*.uploading']),
  /** Folder at the far side to which a file is moved after its delivery is committed. Without it nothing is touched there. */
  move_to: z.string().min(1).optional(),
};

const choiceSchema = z.object(fileChoiceSettings);
export type FileChoice = z.output<typeof choiceSchema>;

/** One file as the far side lists it. `path` is the full path in raw bytes, `below` the part of it under the folder. */
export interface RemoteFile {
  readonly path: Uint8Array;
  readonly below: Uint8Array;
  readonly byteCount: number | null;
  readonly modifiedAt: Date | null;
  /** Anything that moves when the file does, when there is better than size and time. */
  readonly version?: string;
  readonly about?: Readonly<Record<string, string>>;
}

/**
 * Says which of the files are deliveries and which of those may be taken, oldest first (unknown times first, then by name), so that
 * the same listing always gives the same answer.
 */
export function chooseFiles(files: readonly RemoteFile[], choice: FileChoice, now: Date): Observed[] {
  const isWanted = matcher([choice.pattern].flat());
  const isIgnored = matcher(choice.ignore);
  const isUnfinished = matcher(choice.unfinished);
  const paths = new Set(files.map((file) => locatorOf(file.path)));
  const earliest = choice.window_days === undefined ? null : now.getTime() - choice.window_days * 86_400_000;

  return files.flatMap((file) => judge(file)).toSorted(oldestFirst);

  function judge(file: RemoteFile): Observed[] {
    const shown = decodeName(file.below);
    const locator = locatorOf(file.path);
    const below = shown ?? locatorOf(file.below);
    const unfinished = isUnfinished(below);
    if (isIgnored(below)) return [];
    if (choice.done_suffix && below.endsWith(choice.done_suffix)) return [];
    if (!isWanted(below) && !(unfinished && isWanted(below.replace(/\.[^./]*$/, '')))) return [];
    if (earliest !== null && file.modifiedAt && file.modifiedAt.getTime() < earliest) return [];

    const name = displayName(below);
    const confirmed = choice.done_suffix !== undefined && paths.has(locator + choice.done_suffix);
    const why = reasonToWait({ name, unreadable: shown === null, unfinished, choice, confirmed });
    const size = file.byteCount ?? '?';
    return [
      {
        locator,
        name,
        byteCount: file.byteCount,
        sentAt: file.modifiedAt,
        ready: why === undefined,
        ...(why && { why }),
        stableSeconds: confirmed ? 0 : choice.stable_seconds,
        fingerprint: `${size}:${file.version ?? file.modifiedAt?.getTime() ?? '?'}`,
        about: { folder: choice.folder, ...file.about },
      },
    ];
  }
}

interface Waiting {
  readonly name: string;
  readonly unreadable: boolean;
  readonly unfinished: boolean;
  readonly choice: FileChoice;
  readonly confirmed: boolean;
}

function reasonToWait({ name, unreadable, unfinished, choice, confirmed }: Waiting): Message | undefined {
  if (unreadable) return message('connect.name-unreadable', { name });
  if (unfinished) return message('connect.unfinished-name', { name });
  if (choice.done_suffix && !confirmed) return message('connect.done-file-missing', { name, done: name + choice.done_suffix });
  return undefined;
}

function matcher(patterns: readonly string[]): (below: string) => boolean {
  const options = { nocase: true, dot: true };
  const tests = patterns.map((pattern) => {
    const matches = picomatch(pattern, options);
    return (below: string) => matches(pattern.includes('/') ? below : (below.split('/').at(-1) ?? below));
  });
  return (below) => tests.some((matches) => matches(below));
}

function oldestFirst(a: Observed, b: Observed): number {
  const byTime = (a.sentAt?.getTime() ?? 0) - (b.sentAt?.getTime() ?? 0);
  if (byTime !== 0) return byTime;
  return a.locator < b.locator ? -1 : a.locator > b.locator ? 1 : 0;
}
