import { provinceKey } from './province-key.js';

/** A raw name that nobody has decided yet. `region` as in RawParty; `province` is where its distributor sits, '' when unknown. */
export interface RawNameToMatch {
  readonly id: string;
  readonly distributorId: number;
  readonly code: string;
  readonly key: string;
  readonly region: string;
  readonly province: string;
}

/** Something of this distributor that a person linked before. */
export interface Alias {
  readonly decisionId: string;
  readonly terminalId: string;
  readonly code: string;
}

/** A terminal whose present (or former) name has the key that was asked for. */
export interface Candidate {
  readonly terminalId: string;
  readonly code: string;
  readonly name: string;
  readonly province: string;
  readonly isFormerName: boolean;
}

/** What matching by exact keys has to know; in memory, filled for a batch of names by whoever stores them. */
export interface ExactLookup {
  aliases(distributorId: number, key: string): readonly Alias[];
  /** Terminals that a person linked to this code of the distributor, whatever the name was. */
  candidatesByCode(distributorId: number, code: string): readonly Candidate[];
  candidates(key: string): readonly Candidate[];
}

type ExactRule = 'alias' | 'alias-code' | 'exact-name' | 'none' | 'ambiguous' | 'elsewhere' | 'code-only' | 'no-name';

/** `auto` links to `terminalId`; `review` waits for a person, with what was found in `candidates` (at most ten). */
export interface ExactDecision {
  readonly rawNameId: string;
  readonly verdict: 'auto' | 'review';
  readonly terminalId: string | null;
  readonly rule: ExactRule;
  readonly candidates: readonly Candidate[];
  readonly candidateCount: number;
  /** The person's decision that this one repeats: when that is undone, this falls with it. */
  readonly standsOn: string | null;
}

/**
 * The first cut of the matcher: links what is certain by spelling alone, leaves the rest to people.
 *
 * In this order: a name that a person linked for this distributor (the sender's code breaks a tie); the one terminal of
 * that exact name, present or former, in the province (stated by the file, else the distributor's). A code alone proves
 * nothing, because senders re-use them for walk-in customers. The answer for a name does not depend on the other names.
 */
export function matchExact(names: readonly RawNameToMatch[], lookup: ExactLookup): ExactDecision[] {
  return names.map((name) => {
    if (name.key === '') return review(name, 'no-name', []);
    return byAlias(name, lookup) ?? byName(name, lookup);
  });
}

function byAlias(name: RawNameToMatch, lookup: ExactLookup): ExactDecision | null {
  const aliases = lookup.aliases(name.distributorId, name.key);
  return (
    oneTerminal(name, aliases, 'alias') ??
    oneTerminal(
      name,
      aliases.filter(({ code }) => code !== '' && code === name.code),
      'alias-code',
    )
  );
}

function oneTerminal(name: RawNameToMatch, aliases: readonly Alias[], rule: ExactRule): ExactDecision | null {
  const [first] = aliases;
  if (!first || aliases.some(({ terminalId }) => terminalId !== first.terminalId)) return null;
  return { ...linked(name, first.terminalId, rule), standsOn: first.decisionId };
}

function byName(name: RawNameToMatch, lookup: ExactLookup): ExactDecision {
  const everywhere = lookup.candidates(name.key);
  const province = provinceKey(name.region.split('/')[0] || name.province);
  const here = province === '' ? [] : everywhere.filter((candidate) => provinceKey(candidate.province) === province);
  const terminals = new Set(here.map(({ terminalId }) => terminalId));
  const [only] = here;

  if (lookup.aliases(name.distributorId, name.key).length > 0) return review(name, 'ambiguous', everywhere);
  if (only && terminals.size === 1) return { ...linked(name, only.terminalId, 'exact-name'), candidates: [only], candidateCount: 1 };
  if (here.length > 0) return review(name, 'ambiguous', here);
  if (everywhere.length > 0) return review(name, 'elsewhere', everywhere);
  const ofCode = name.code === '' ? [] : lookup.candidatesByCode(name.distributorId, name.code);
  return review(name, ofCode.length > 0 ? 'code-only' : 'none', ofCode);
}

function linked(name: RawNameToMatch, terminalId: string, rule: ExactRule): ExactDecision {
  return { rawNameId: name.id, verdict: 'auto', terminalId, rule, candidates: [], candidateCount: 0, standsOn: null };
}

function review(name: RawNameToMatch, rule: ExactRule, found: readonly Candidate[]): ExactDecision {
  const candidates = found.slice(0, 10);
  return { rawNameId: name.id, verdict: 'review', terminalId: null, rule, candidates, candidateCount: found.length, standsOn: null };
}
