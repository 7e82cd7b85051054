import type { Evidence, KeptQuestion, NewQuestion, SourceMemory } from './source-memory.js';

/** A memory that ends with the process: for recipes that are only tried, and for tests. */
export interface MemoryInRam extends SourceMemory {
  readonly sessions: Map<string, string>;
  readonly questions: (NewQuestion & { id: string; answer: string | null; outcome: string | null })[];
  readonly looks: Map<string, readonly string[]>;
  readonly held: Map<string, { readonly lines: readonly string[]; readonly evidence: Evidence }>;
}

export function createMemoryInRam(): MemoryInRam {
  const sessions = new Map<string, string>();
  const questions: MemoryInRam['questions'] = [];
  const looks: MemoryInRam['looks'] = new Map();
  const held: MemoryInRam['held'] = new Map();
  const holding = new Set<string>();
  return {
    ...{ sessions, questions, looks, held },
    async holdAccount(account) {
      if (holding.has(account)) return false;
      holding.add(account);
      return true;
    },
    releaseAccount: async (account) => void holding.delete(account),
    sessionKeptAt: async (account) => (sessions.has(account) ? new Date(0) : null),
    readSession: async (account) => sessions.get(account) ?? null,
    keepSession: async (account, session) => void (session === null ? sessions.delete(account) : sessions.set(account, session)),
    findQuestion: async (account): Promise<KeptQuestion | null> =>
      questions.findLast((one) => one.account === account && one.outcome === null) ?? null,
    async ask(question) {
      for (const one of questions) if (one.account === question.account) one.outcome ??= 'replaced';
      const id = String(questions.length + 1);
      questions.push({ ...question, id, answer: null, outcome: null });
      return id;
    },
    async endQuestion(id, outcome) {
      const found = questions.find((one) => one.id === id);
      if (found) found.outcome = outcome;
    },
    readLook: async (place) => looks.get(place) ?? null,
    approveFirstLook: async (place, lines) => void looks.set(place, lines),
    looksAsAgreed: async (place) => void held.delete(place),
    holdLook: async (place, lines, evidence) => void held.set(place, { lines, evidence }),
  };
}
