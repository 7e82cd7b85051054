import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../db/database.js';
import {
  addQuestion,
  approveFirstLook,
  dropHeldLook,
  endQuestion,
  findOpenQuestion,
  holdAccount,
  holdLook,
  noteSession,
  readLook,
  releaseAccount,
  sessionKeptAt,
} from '../db/portal-store.js';
import type { SourceMemory } from '../journey/collect/source-memory.js';
import type { SecretStore } from './secrets/secret-store.js';

const renewMs = 20_000;

/** What the hub remembers of a portal source, for one collection. Sessions and half logins are kept as its other secrets are: sealed. */
export function createSourceMemory(
  database: Database,
  secrets: SecretStore,
  source: { readonly id: number; readonly code: string },
): SourceMemory {
  const holder = randomUUID();
  const by = `source:${source.code}`;
  const renewing = new Map<string, NodeJS.Timeout>();
  return {
    async holdAccount(account) {
      if (!(await holdAccount(database, account, holder))) return false;
      const again = setInterval(() => void holdAccount(database, account, holder).catch(() => undefined), renewMs);
      renewing.set(account, again.unref());
      return true;
    },
    async releaseAccount(account) {
      clearInterval(renewing.get(account));
      renewing.delete(account);
      await releaseAccount(database, account, holder);
    },
    readSession: (account) => secrets.read(sessionName(account)),
    sessionKeptAt: (account) => sessionKeptAt(database, account),
    async keepSession(account, session) {
      if (session === null) await secrets.remove(sessionName(account), by);
      else if ((await secrets.read(sessionName(account))) !== session) await secrets.set(sessionName(account), session, by);
      await noteSession(database, account, session !== null);
    },
    async findQuestion(account) {
      const found = await findOpenQuestion(database, account);
      const state = found && (await secrets.read(questionName(found.id)));
      return found && state !== null ? { ...found, state } : null;
    },
    async ask(question) {
      const { id, replaced } = await addQuestion(database, source.id, question);
      if (replaced !== null) await secrets.remove(questionName(replaced), by);
      await secrets.set(questionName(id), question.state, by);
      return id;
    },
    async endQuestion(id, outcome) {
      await endQuestion(database, id, outcome);
      await secrets.remove(questionName(id), by);
    },
    readLook: (place) => readLook(database, source.id, place),
    approveFirstLook: (place, lines) => approveFirstLook(database, source.id, place, lines),
    holdLook: (place, lines, evidence) => holdLook(database, source.id, place, lines, evidence),
    looksAsAgreed: (place) => dropHeldLook(database, source.id, place),
  };
}

const sessionName = (account: string): string => `portal-session-${createHash('sha256').update(account).digest('hex').slice(0, 16)}`;
const questionName = (id: string): string => `portal-question-${id}`;
