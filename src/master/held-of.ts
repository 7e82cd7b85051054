/** What one person imports and another has to approve: of a name, of closing, of a place. */
export type HeldKind = 'rename' | 'close' | 'move';

/** The attributes that are held and let go together: a city of one province never stands beside another province. */
export const heldKinds: Readonly<Record<HeldKind, readonly string[]>> = {
  rename: ['name'],
  close: ['status'],
  move: ['province', 'city', 'county', 'address'],
};

/** What one sending says of a key. `asks`: a person imported it, so that others approve what it changes. */
export interface Saying {
  readonly batchId: string;
  readonly asks: boolean;
  readonly fields: Readonly<Record<string, string>>;
  /** Kinds that a request speaks of although the key said nothing of them before: another source of the record did. */
  readonly marked: readonly HeldKind[];
  readonly approved: readonly HeldKind[];
}

/** What waits at a key. Every attribute of the kind is named; '' = it says nothing. `accepted` null: nothing of it counts. */
export interface HeldValue {
  readonly kind: HeldKind;
  readonly accepted: Readonly<Record<string, string>> | null;
  readonly waiting: Readonly<Record<string, string>>;
  /** The sending that said it first. */
  readonly batchId: string;
}

/**
 * What of a key waits for approval after all its sayings, in the order they were sent. An imported list that changes or drops a
 * controlled value waits, also when it was said before by another import; first values count at once, and so does what a feed says,
 * unless it repeats what waits.
 */
export function heldOf(sayings: readonly Saying[], controlled: readonly string[]): HeldValue[] {
  return (Object.keys(heldKinds) as HeldKind[]).flatMap((kind) => {
    const attributes = heldKinds[kind].filter((attribute) => controlled.includes(attribute));
    const held = attributes.length === 0 ? null : foldKind(kind, attributes, sayings);
    return held ? [held] : [];
  });
}

function foldKind(kind: HeldKind, attributes: readonly string[], sayings: readonly Saying[]): HeldValue | null {
  let accepted: Readonly<Record<string, string>> | null = null;
  let held: HeldValue | null = null;
  for (const { batchId, asks, fields, marked, approved } of sayings) {
    const said = Object.fromEntries(attributes.map((attribute) => [attribute, fields[attribute] ?? '']));
    const isApproved = approved.includes(kind);
    if (accepted !== null && isSame(said, accepted)) held = null;
    else if (held !== null && isSame(said, held.waiting) && !isApproved) continue;
    else if (asks && !isApproved && (marked.includes(kind) || (accepted !== null && takesAway(kind, accepted, said))))
      held = { kind, accepted, waiting: said, batchId };
    else {
      accepted = said;
      held = null;
    }
  }
  return held;
}

type Values = Readonly<Record<string, string>>;

const isSame = (one: Values, other: Values): boolean => Object.keys(one).every((attribute) => one[attribute] === other[attribute]);

/**
 * A value is another one or none any more. What is only added is no change, but of a status closing is, and nothing else: lists mostly leave
 * it blank, which means an open customer.
 */
function takesAway(kind: HeldKind, before: Values, now: Values): boolean {
  if (kind === 'close') return before['status'] !== 'closed' && now['status'] === 'closed';
  return Object.keys(before).some((attribute) => before[attribute] !== '' && before[attribute] !== now[attribute]);
}
