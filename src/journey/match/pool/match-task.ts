import type { WhyNot } from '../decide/why-not.js';
import type { Learned } from '../learn/learned.js';
import type { IndexArrays, IndexBody } from '../retrieve/assemble-index.js';
import type { PostingArrays } from '../retrieve/build-postings.js';
import type { CharArrays } from '../retrieve/char-column.js';
import type { DraftArrays } from '../retrieve/draft.js';
import type { ModelFile } from '../score/load-model.js';
import type { MatchAnswer, RawName, Terminal, Versions } from '../terminal.js';
import type { MatchChange } from './match-change.js';

/** What a thread of the pool can be asked. Every task can be repeated by another thread that was opened alike. */
export type MatchTask =
  | { readonly kind: 'draft'; readonly terminals: readonly Terminal[]; readonly firstRow: number }
  | { readonly kind: 'assemble'; readonly drafts: readonly DraftArrays[] }
  | { readonly kind: 'postings'; readonly texts: CharArrays; readonly docs: number; readonly part: number }
  | {
      readonly kind: 'open';
      readonly arrays: IndexArrays;
      readonly options: { readonly model?: ModelFile; readonly learned?: Learned };
      readonly changes: readonly MatchChange[];
    }
  | { readonly kind: 'apply'; readonly changes: readonly MatchChange[] }
  | {
      readonly kind: 'match';
      readonly names: readonly RawName[];
      readonly options: { readonly candidates?: number; readonly explain?: boolean | 'brief' };
    }
  | { readonly kind: 'why-not'; readonly raw: RawName; readonly terminalId: string };

export interface MatchTaskResult {
  draft: DraftArrays;
  assemble: IndexBody;
  postings: PostingArrays;
  open: Versions;
  apply: Versions;
  match: MatchAnswer[];
  'why-not': WhyNot;
}

export type TaskReply =
  | { readonly id: number; readonly result: MatchTaskResult[keyof MatchTaskResult] }
  | { readonly id: number; readonly error: unknown };
