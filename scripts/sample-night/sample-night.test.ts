import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { flowKinds } from '../../src/model/kind.js';
import type { FlowRow } from './flow-rows.js';
import { keepBooks } from './keep-books.js';
import { type SampleNight, sampleNight } from './sample-night.js';
import { seededRandom } from './seeded-random.js';
import { nameKey } from './terminals.js';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const digests = ({ deliveries, mails, references }: SampleNight): string[] => [
  ...deliveries.map(({ id, bytes }) => `${id} ${digest(bytes)}`),
  ...mails.map(({ messageId, raw }) => `${messageId} ${digest(raw)}`),
  ...references.map(({ fileName, bytes }) => `${fileName} ${digest(bytes)}`),
];
const night = sampleNight();
const rowsOf = (chosen: SampleNight['deliveries']): number =>
  chosen.reduce((sum, { expected }) => sum + expected.lines + expected.quarantined, 0);

describe('the sample night', () => {
  test('is the same to the byte when made again, and another with another seed', () => {
    expect(digests(sampleNight())).toEqual(digests(night));
    expect(digests(sampleNight(7))).not.toEqual(digests(night));
  });

  test('costs less than three seconds of computing', () => {
    const began = process.cpuUsage();
    sampleNight();
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1e6).toBeLessThan(3);
  });

  test('has at least 14 distributors, three on every connector, and 20,000 rows of three kinds', () => {
    expect(new Set(night.deliveries.map(({ distributor }) => distributor)).size).toBeGreaterThanOrEqual(14);
    for (const connector of ['ftp', 'sftp', 'mail', 'folder'])
      expect(new Set(night.deliveries.filter((it) => it.connector === connector).map(({ source }) => source)).size).toBeGreaterThanOrEqual(
        3,
      );
    expect(rowsOf(night.deliveries.filter(({ sameBytesAs, corrects }) => !sameBytesAs && !corrects))).toBeGreaterThanOrEqual(20_000);
    for (const kind of flowKinds) expect(night.deliveries.some(({ kinds }) => kinds.includes(kind))).toBe(true);
  });

  test('holds about one clerk mistake in two hundred rows', () => {
    const mistakes = night.deliveries.reduce((sum, { expected }) => sum + expected.quarantined, 0);
    expect(mistakes / rowsOf(night.deliveries)).toBeGreaterThan(0.002);
    expect(mistakes / rowsOf(night.deliveries)).toBeLessThan(0.008);
  });

  test('holds a half-written, an empty, an encrypted file, a picture, a correction and a second sighting', () => {
    const reasons = night.deliveries.flatMap(({ expected }) => expected.reason ?? []);
    expect(reasons.toSorted()).toEqual(['decode.empty-file', 'decode.encrypted', 'decode.half-written', 'decode.not-a-table']);
    const ids = new Map(night.deliveries.map((delivery) => [delivery.id, delivery]));
    expect(ids.size).toBe(night.deliveries.length);
    const correction = night.deliveries.find(({ corrects }) => corrects)!;
    expect(correction.sentAt > ids.get(correction.corrects!)!.sentAt).toBe(true);
    const twice = night.deliveries.find(({ sameBytesAs }) => sameBytesAs)!;
    expect(digest(twice.bytes)).toBe(digest(ids.get(twice.sameBytesAs!)!.bytes));
  });
});

describe('the books of a distributor', () => {
  test('balance: stock is the stock of the day before, plus bought, minus sold', () => {
    const { terminals, distributors } = night.master;
    const [first, second] = keepBooks(distributors[0]!, terminals, night.days, seededRandom(3)).days;
    const counted = new Map<unknown, number>();
    const count = (rows: readonly FlowRow[], sign: number): void => {
      for (const { lot, quantity } of rows) counted.set(lot, (counted.get(lot) ?? 0) + sign * quantity);
    };
    count(first!.rows.stock, 1);
    count(second!.rows.purchase, 1);
    count(second!.rows.sale, -1);
    count(second!.rows.stock, -1);
    expect([...counted.values()].every((rest) => rest === 0)).toBe(true);
  });
});

describe('the mails of the sample night', () => {
  test('carry the bytes of their deliveries, under names written in three ways', async () => {
    for (const { messageId, raw, subject } of night.mails) {
      const parsed = await simpleParser(raw);
      expect(parsed.messageId).toBe(messageId);
      expect(parsed.subject).toBe(subject);
      const sent = night.deliveries.filter((delivery) => delivery.messageId === messageId);
      expect(parsed.attachments.map(({ content }) => digest(content)).toSorted()).toEqual(
        sent.map(({ bytes }) => digest(bytes)).toSorted(),
      );
      const names = parsed.attachments.map(({ filename = '' }) =>
        /[\u0080-\u00ff]/.test(filename) ? iconv.decode(Buffer.from(filename, 'latin1'), 'gbk') : filename,
      );
      expect(names.toSorted()).toEqual(sent.map(({ fileName }) => fileName).toSorted());
    }
  });
});

describe('the sample master', () => {
  test('has about 3,000 terminals whose names differ within a province', () => {
    const { terminals } = night.master;
    expect(terminals.length).toBeGreaterThanOrEqual(2_900);
    expect(new Set(terminals.map(({ province, name }) => `${province} ${nameKey(name)}`)).size).toBe(terminals.length);
    expect(new Set(terminals.map(({ id }) => id)).size).toBe(terminals.length);
  });

  test('a spelling means one terminal only, and about two of three are its exact name', () => {
    const spelled = night.names.map(({ distributor, rawName }) => `${distributor} ${rawName}`);
    expect(new Set(spelled).size).toBe(spelled.length);
    const nameOf = new Map(night.master.terminals.map(({ id, name }) => [id, name]));
    const exact = night.names.filter(({ rawName, means }) => 'terminal' in means && nameOf.get(means.terminal) === rawName);
    expect(exact.length / night.names.length).toBeGreaterThan(0.5);
    expect(exact.length / night.names.length).toBeLessThan(0.8);
  });

  test('a spelling that reads like the exact name of a terminal of the province means that terminal', () => {
    const provinceOf = new Map(night.master.distributors.map(({ code, province }) => [code, province]));
    const byName = new Map(night.master.terminals.map(({ id, province, name }) => [`${province} ${nameKey(name)}`, id]));
    for (const { distributor, rawName, means } of night.names) {
      const id = byName.get(`${provinceOf.get(distributor)} ${nameKey(rawName)}`);
      if (id) expect(means).toEqual({ terminal: id });
    }
  });
});
