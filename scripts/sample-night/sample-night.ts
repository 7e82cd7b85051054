import type { Day } from '../../src/model/line.js';
import { accidents, corrected } from './accidents.js';
import { sampleDistributors } from './distributors.js';
import { filesOfTheDay, type SampleFile } from './files-of-the-day.js';
import type { DayBooks } from './flow-rows.js';
import { keepBooks, type NameTruth } from './keep-books.js';
import { composeMaster, type SampleMaster } from './master.js';
import { type ReferenceWorkbook, writeReferenceWorkbooks } from './reference-workbooks.js';
import { fateOf, type SampleDelivery } from './sample-delivery.js';
import { seededRandom } from './seeded-random.js';
import { type SampleMail, sendByMail } from './send-by-mail.js';
import { folderOf } from './sources.js';

/** Everything the demonstration needs. */
export interface SampleNight {
  readonly days: readonly Day[];
  readonly master: SampleMaster;
  readonly references: readonly ReferenceWorkbook[];
  /** Oldest first. */
  readonly deliveries: readonly SampleDelivery[];
  /** The messages that carry the deliveries of mail sources, oldest first. */
  readonly mails: readonly SampleMail[];
  /** What each customer spelling means. */
  readonly names: readonly NameTruth[];
}

const sampleDays: readonly Day[] = ['2026-11-20', '2026-11-21'];

/** Composes the two nights. The same seed gives the same bytes on any machine and any day. */
export function sampleNight(seed = 20_261_120): SampleNight {
  const master = composeMaster(seededRandom(seed));
  const books = sampleDistributors.map((distributor, index) =>
    keepBooks(distributor, master.terminals, sampleDays, seededRandom(seed + 1 + index)),
  );
  const carried = books
    .flatMap(({ days }) => days)
    .flatMap((day) => [...filesOfTheDay(day).map((file) => deliver(day, file)), ...later(day)]);
  const repeated = carried.filter(({ id }) => id === 'D01/销售_20261121.csv').map(againByMail);
  const { deliveries, mails } = sendByMail([...carried, ...repeated]);
  return {
    days: sampleDays,
    master,
    references: writeReferenceWorkbooks(master),
    deliveries: deliveries.toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime() || (a.id < b.id ? -1 : 1)),
    mails,
    names: books.flatMap(({ names }) => names),
  };
}

function deliver({ distributor, day }: DayBooks, file: SampleFile): SampleDelivery {
  const id = `${distributor.code}/${file.name}`;
  const accident = accidents[id];
  return {
    id,
    source: distributor.code,
    distributor: distributor.code,
    connector: distributor.connector,
    folder: folderOf(distributor),
    fileName: file.name,
    sentAt: nextMorning(day, Number(distributor.code.slice(1)) * 7),
    day,
    kinds: [...new Set(file.tables.map(({ kind }) => kind))],
    bytes: accident ? accident.damage(file.bytes) : file.bytes,
    messageId: null,
    corrects: null,
    sameBytesAs: null,
    expected: accident ? accident.expected : fateOf(file),
  };
}

/** D03 sends the sales of the first day once more, corrected, on the second night. */
function later(day: DayBooks): SampleDelivery[] {
  if (day.distributor.code !== 'D03' || day.day !== sampleDays[0]) return [];
  const first = filesOfTheDay(corrected(day))[0]!;
  const wrong = deliver(day, first);
  const again = deliver(day, { ...first, name: first.name.replace('.xlsx', '_更正.xlsx') });
  return [{ ...again, sentAt: nextMorning(sampleDays[1]!, 20), corrects: wrong.id }];
}

/** D01 also mails a file that lies on his FTP server already: one body, two sightings. */
function againByMail(delivery: SampleDelivery): SampleDelivery {
  const source = `${delivery.source}-mail`;
  const sentAt = new Date(delivery.sentAt.getTime() + 3_600_000);
  return { ...delivery, id: `${source}/${delivery.fileName}`, source, connector: 'mail', folder: '', sentAt, sameBytesAs: delivery.id };
}

/** `minutes` after one o'clock at night in China on the day after. */
const nextMorning = (day: Day, minutes: number): Date => new Date(Date.parse(`${day}T00:00:00+08:00`) + (25 * 60 + minutes) * 60_000);
