import type { Candidate, MatchAnswer } from '../../journey/match/terminal.js';
import type { Incoming, MatchEvidence } from './incoming.js';
import type { NameToMatch } from './name-to-match.js';

/** Reasons kept per candidate, the strongest first. */
const keptReasons = 8;

/** The decision that an answer becomes, or null when it says nothing new: the same as before, or no objection to a person. */
export function toIncoming(name: NameToMatch, answer: MatchAnswer): Incoming | null {
  const { decision, whyNotAuto } = demoted(name, answer);
  const terminalId = decision === 'auto' ? answer.terminalId : null;
  if (name.purpose === 'challenge') return toChallenge(name, answer, decision);
  if (name.purpose === 'again' && decision === name.verdict && terminalId === name.terminalId) return null;
  return {
    ...{ rawNameId: answer.key, purpose: name.purpose, seenDecision: name.seenDecision, verdict: decision, terminalId },
    ...{ probability: answer.probability, stratum: answer.stratum, evidence: evidenceOf(answer, whyNotAuto) },
  };
}

/** People linked the same spelling of this distributor elsewhere: an automatic link must agree with one of those. */
function demoted(
  { aliases, denied }: NameToMatch,
  answer: MatchAnswer,
): { decision: MatchAnswer['decision']; whyNotAuto: readonly string[] } {
  const { decision, terminalId, whyNotAuto } = answer;
  if (decision !== 'auto' || terminalId === null) return answer;
  const reason = denied.includes(terminalId)
    ? 'a person said this name does not mean this terminal'
    : aliases.length > 0 && !aliases.includes(terminalId)
      ? 'people linked the same spelling of this distributor to another terminal'
      : null;
  return reason === null ? answer : { decision: denied.includes(terminalId) ? 'review' : 'suggest', whyNotAuto: [...whyNotAuto, reason] };
}

function toChallenge(name: NameToMatch, answer: MatchAnswer, decision: MatchAnswer['decision']): Incoming | null {
  const disagrees = decision === 'auto' && name.verdict === 'auto' && answer.terminalId !== name.terminalId;
  if (!disagrees && name.terminalStatus === '') return null;
  return {
    ...{ rawNameId: answer.key, purpose: 'challenge', seenDecision: name.seenDecision, verdict: disagrees ? 'disagrees' : 'closed' },
    ...{ terminalId: disagrees ? answer.terminalId : null, probability: disagrees ? answer.probability : 0 },
    ...{ stratum: answer.stratum, evidence: evidenceOf(answer, answer.whyNotAuto) },
  };
}

function evidenceOf({ candidates, noneProbability }: MatchAnswer, whyNotAuto: readonly string[]): MatchEvidence {
  return {
    candidates: candidates.map(keepCandidate),
    none: round(noneProbability),
    ...(whyNotAuto.length > 0 && { whyNotAuto }),
  };
}

function keepCandidate({ terminalId: id, probability, evidence, conflicts }: Candidate): MatchEvidence['candidates'][number] {
  const bits = Object.fromEntries(evidence.slice(0, keptReasons).map(({ reason, bits: weight }) => [reason, weight]));
  return { id, p: round(probability), bits, ...(conflicts.length > 0 && { conflicts }) };
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;
