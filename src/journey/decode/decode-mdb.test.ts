import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { faultOf } from '../../../test/fault-of.js';
import { decode, defaultDecodeLimits } from './decode.js';
import type { DecodeEvent, DecodeHints } from './decode-event.js';

// Written by Jackcess 4.0.5 as Access 2000 and 2010: two tables, one of them empty, one record deleted.
const fixture = (name: string) => gunzipSync(readFileSync(new URL(`fixtures/${name}.gz`, import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'huiliu-mdb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function eventsOf(bytes: Uint8Array, hints: DecodeHints = {}): Promise<DecodeEvent[]> {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  const events: DecodeEvent[] = [];
  for await (const event of decode({ path, name: '备份.csv' }, hints, defaultDecodeLimits)) events.push(event);
  return events;
}

test.each(['erp.mdb', 'erp.accdb'])(
  '%s: tables are parts, whatever the file is called; money keeps its digits, deleted records are gone',
  async (name) => {
    const events = await eventsOf(fixture(name));
    expect(events).toMatchObject([
      { type: 'part', part: { path: '备份.csv#销售明细', sheet: '销售明细', media: 'mdb' } },
      { type: 'rows' },
      { type: 'end' },
      { type: 'skipped', path: '备份.csv#空表' },
    ]);
    const rows = events.flatMap((event) => (event.type === 'rows' ? event.rows : []));
    expect(rows.map(({ rowNo, cells }) => [rowNo, ...cells])).toEqual([
      [1, '销售日期', '客户名称', '品名', '规格', '数量', '单位', '金额', '批号', '折扣', '行号', '退货', '备注'],
      [2, '2026-11-20', '甲县人民医院', '某片', '0.3g*30片', '10.5000', '盒', '123456789012.3456', 'L0001', '0.1', '1', 'false', '无'],
      [
        3,
        '2026-11-20 08:30:00',
        '乙药店（堠镇）',
        '某片',
        '0.3g*30片',
        '-2.0000',
        '盒',
        '-25.8000',
        '00120',
        '0.333333333333333',
        '2',
        'true',
        '',
      ],
      [4, '', '丙诊所', '某片', '0.3g*30片', '12345678901234.5678', '盒', '', '', '', '4', 'false', '第一行\r\n第二行'],
    ]);
  },
);

test('one table can be asked for; one that is not there is told with those that are', async () => {
  const events = await eventsOf(fixture('erp.mdb'), { recordPath: '销售明细' });
  expect(events.map(({ type }) => type)).toEqual(['part', 'rows', 'end']);
  const fault = await faultOf(eventsOf(fixture('erp.mdb'), { recordPath: '采购' }));
  expect(fault?.told).toMatchObject({ code: 'decode.record-path', values: { detail: '销售明细, 空表' } });
});

test('any damage is told as damage of the file or changes nothing but cells', async () => {
  const whole = fixture('erp.mdb');
  for (let at = 3; at < whole.length; at += 4001) {
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, at, at + 64);
    const fault = await faultOf(eventsOf(damaged));
    if (fault) expect(fault.errorClass).toBe('source-data');
  }
  for (const length of [100, 4096, 40_000, 100_000])
    expect((await faultOf(eventsOf(whole.subarray(0, length))))?.errorClass).toBe('source-data');
}, 60_000);
