import type { Command } from 'commander';
import type { Database } from '../../../db/database.js';
import { toRawName } from '../../../db/names/name-to-match.js';
import { readName } from '../../../db/names/read-name.js';
import { splitFormerNames } from '../../../journey/match/former-names.js';
import type { Candidate, MatchAnswer } from '../../../journey/match/terminal.js';
import type { Desk } from '../../desk.js';
import { parseCount } from '../../parse-count.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { wordOf } from '../../word-of.js';
import { drawAlignment } from './draw-alignment.js';
import { findOneName } from './find-one-name.js';
import { percent } from './queue.js';
import { sayReason, sayStratum } from './say-reason.js';
import { bitsByFamily, familyWord, signed } from './show-bits.js';

interface Named {
  readonly code: string;
  /** Present, former and merged names. */
  readonly spellings: readonly string[];
}

/** `huiliu names why`: what the matcher thinks of a name now, and on what it rests. */
export function addWhy(names: Command, { text, width, open }: Desk): void {
  names
    .command('why')
    .description(text('names.why.about'))
    .argument('<name-or-id>', text('names.arg-name'))
    .option('--top <count>', text('names.opt-top-candidates'), parseCount, 3)
    .action((key: string, { top }: { top: number }) =>
      withContext(open, async (context) => {
        const { database } = context;
        const card = (await readName(database, await findOneName(database, key, { anyOfThem: true })))!;
        const { names: matcher } = await context.matcher.ready();
        const [answer] = await matcher.matchBatch([toRawName(card)], { explain: true });
        const named = await readNamed(database, answer!);
        if (context.json)
          return context.printJson({
            rawNameId: card.id,
            name: card.name,
            answer,
            codes: Object.fromEntries([...named].map(([id, { code }]) => [id, code])),
          });
        const state = card.links.at(-1);
        context.print(`${card.name}  ${card.distributorName}  ${card.region.replaceAll('/', ' ').trim()}`);
        context.print(
          text('names.why-now', { state: wordOf('verdict', state?.state ?? 'undecided', text), terminal: state?.terminal ?? '' }),
        );
        for (const line of showAnswer(answer!, named, top)) context.print(line);
      }),
    );

  function showAnswer(answer: MatchAnswer, named: ReadonlyMap<string, Named>, top: number): string[] {
    const { decision, stratum, candidates, noneProbability, whyNotAuto, versions } = answer;
    return [
      text('names.why-says', {
        decision: wordOf('verdict', decision, text),
        stratum: sayStratum(stratum, text),
        none: percent(noneProbability).trim(),
      }),
      ...candidates.slice(0, top).flatMap((candidate) => ['', ...showCandidate(candidate, named.get(candidate.terminalId))]),
      '',
      ...whyNotAuto.flatMap((reason) => wrapTo(`${text('names.why-waits')}${sayReason(reason, text)}`, width)),
      ...whatWouldChange(candidates).flatMap((line) => wrapTo(line, width)),
      ...wrapTo(text('names.why-versions', { model: versions.model, gazetteer: versions.gazetteer, index: versions.index }), width),
    ];
  }

  function showCandidate(candidate: Candidate, named: Named | undefined): string[] {
    const { terminalName, probability, conflicts, alignment, evidence } = candidate;
    const lines = drawAlignment(alignment, named?.spellings ?? [terminalName]);
    const families = bitsByFamily(evidence);
    const strongest = Math.max(...families.map(({ bits }) => Math.abs(bits)), 1);
    const bar = (bits: number) => '▇'.repeat(Math.max(1, Math.round((Math.abs(bits) / strongest) * 20)));
    return [
      `${percent(probability).trim()}  ${named?.code ?? ''}  ${terminalName}`,
      ...lines.map((line) => `    ${line.trimEnd()}`),
      ...conflicts.map((one) => `    ⚠ ${sayReason(`conflict: ${one}`, text)}`),
      ...families.slice(0, 8).map(({ family, bits }) => `    ${signed(bits).padStart(6)}  ${bar(bits)} ${familyWord(family, text)}`),
    ];
  }

  /** The one kind of evidence without which the runner-up would be ahead. */
  function whatWouldChange([first, second]: readonly Candidate[]): string[] {
    if (!first || !second || second.probability === 0) return [];
    const margin = Math.log2(first.probability / second.probability);
    const theirs = new Map(bitsByFamily(second.evidence).map(({ family, bits }) => [family, bits]));
    const leads = bitsByFamily(first.evidence)
      .map(({ family, bits }) => ({ family, lead: bits - (theirs.get(family) ?? 0) }))
      .filter(({ lead }) => lead > 0.5)
      .toSorted((a, b) => b.lead - a.lead);
    const deciding = leads.filter(({ lead }) => lead >= margin).map(({ family }) => familyWord(family, text));
    const values = { second: second.terminalName, margin: margin.toFixed(1) };
    if (deciding.length > 0) return [text('names.why-flips', { ...values, what: deciding.slice(0, 3).join('、') })];
    return [
      text('names.why-firm', {
        ...values,
        what: leads
          .slice(0, 3)
          .map(({ family, lead }) => `${familyWord(family, text)} ${signed(lead)}`)
          .join('，'),
      }),
    ];
  }
}

async function readNamed(database: Database, { candidates }: MatchAnswer): Promise<Map<string, Named>> {
  const { rows } = await database.raw<{
    rows: { id: string; code: string; name: string; former_names: string; merged: string[] | null }[];
  }>(
    `select t.id, t.code, t.name, t.former_names, (select array_agg(l.name) from master.terminal l where l.survivor_id = t.id) as merged
       from master.terminal t where t.id = any(?::bigint[])`,
    [`{${candidates.map(({ terminalId }) => terminalId).join(',')}}`],
  );
  return new Map(
    rows.map(({ id, code, name, former_names, merged }) => [
      id,
      { code, spellings: [name, ...splitFormerNames(former_names), ...(merged ?? [])] },
    ]),
  );
}
