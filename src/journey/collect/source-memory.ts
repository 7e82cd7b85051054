/**
 * What is remembered of a portal between two collections: the session of an account, the questions only a person can answer, and how its
 * pages looked when somebody last agreed with them. An account is `host user`; several sources may share one.
 */
export interface SourceMemory {
  /** True when the account is ours now; until `releaseAccount` nobody else, in any process, gets it. */
  holdAccount(account: string): Promise<boolean>;
  releaseAccount(account: string): Promise<void>;
  readSession(account: string): Promise<string | null>;
  /** When the session that is kept was last seen alive; null: none is kept. */
  sessionKeptAt(account: string): Promise<Date | null>;
  /** null forgets it. Sealed at rest. */
  keepSession(account: string, session: string | null): Promise<void>;
  /** The question that is still open or answered but not used, if there is one. */
  findQuestion(account: string): Promise<KeptQuestion | null>;
  /** Asks a person; an older question of the account is over with that. Returns the number people call it by. */
  ask(question: NewQuestion): Promise<string>;
  /** What the portal said to the answer. */
  endQuestion(id: string, outcome: 'accepted' | 'refused'): Promise<void>;
  /** null: never seen. */
  readLook(place: string): Promise<readonly string[] | null>;
  /** The first look at a page stands until somebody accepts another. */
  approveFirstLook(place: string, lines: readonly string[]): Promise<void>;
  /** A page that looks otherwise, for a person to judge. */
  holdLook(place: string, lines: readonly string[], evidence: Evidence): Promise<void>;
  /** The page looks as agreed; what was held of it is over. */
  looksAsAgreed(place: string): Promise<void>;
}

/** A picture or the page itself. */
export interface Evidence {
  readonly bytes: Uint8Array;
  readonly type: string;
}

export const questionKinds = ['captcha', 'sms', 'other'] as const;
type QuestionKind = (typeof questionKinds)[number];

export interface NewQuestion {
  readonly account: string;
  readonly kind: QuestionKind;
  /** In the words of the recipe; '' says nothing more than the kind does. */
  readonly prompt: string;
  readonly image: Evidence | null;
  /** After that the portal no longer takes an answer. */
  readonly expiresAt: Date;
  /** What is needed to go on from here with an answer; sealed at rest. */
  readonly state: string;
}

export interface KeptQuestion extends Pick<NewQuestion, 'kind' | 'prompt' | 'expiresAt' | 'state'> {
  readonly id: string;
  readonly answer: string | null;
}

/** Someone who is there now and answers at once (`huiliu portal login`, `try`); null: not now. */
export type AskNow = (question: Pick<NewQuestion, 'kind' | 'prompt' | 'image'>) => Promise<string | null>;

/** One step of a recipe as it happened, for `huiliu portal try`. */
export interface WatchedStep {
  /** Feed and step in the recipe, such as `sale/steps.2`. */
  readonly step: string;
  /** `POST https://…`, or what a browser was told. */
  readonly did: string;
  readonly status: number | null;
  readonly bytes: number | null;
  /** What was found: titles, a total, a redirect. */
  readonly found: string;
  readonly rows: number | null;
}
