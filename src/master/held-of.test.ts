import { expect, test } from 'vitest';
import { heldOf, type Saying } from './held-of.js';

const controlled = ['name', 'status', 'province', 'city', 'county', 'address'];
const said = (batchId: string, fields: Record<string, string>, over: Partial<Saying> = {}): Saying => ({
  ...{ batchId, fields, asks: true, marked: [], approved: [], ...over },
});
const first = said('1', { name: '甲', province: '江苏省', status: 'active' }, { asks: false });

test('another name waits, the one before counts; approved it counts, and said back nothing waits', () => {
  const second = said('2', { ...first.fields, name: '乙' });
  expect(heldOf([first, second], controlled)).toEqual([
    { kind: 'rename', accepted: { name: '甲' }, waiting: { name: '乙' }, batchId: '2' },
  ]);
  expect(heldOf([first, { ...second, approved: ['rename'] }], controlled)).toEqual([]);
  expect(heldOf([first, second, said('3', first.fields)], controlled)).toEqual([]);
  expect(heldOf([first, { ...second, asks: false }], controlled)).toEqual([]);
});

test('what another list repeats goes on waiting with the list that said it first; without that one it waits by itself', () => {
  const [second, third] = [said('2', { ...first.fields, name: '乙' }), said('3', { ...first.fields, name: '乙', phone: '1' })];
  expect(heldOf([first, second, third], controlled)).toMatchObject([{ batchId: '2' }]);
  expect(heldOf([first, third], controlled)).toMatchObject([{ batchId: '3' }]);
});

test('a value that is no longer said waits like another one; first values and what is only added do not', () => {
  expect(heldOf([first, said('2', { province: '江苏省', status: 'active' })], controlled)).toMatchObject([
    { kind: 'rename', accepted: { name: '甲' }, waiting: { name: '' } },
  ]);
  expect(heldOf([said('2', { name: '甲' })], controlled)).toEqual([]);
  expect(heldOf([first, said('2', { ...first.fields, city: '南京市' })], controlled)).toEqual([]);
});

test('a place waits as a whole, and of a status only closing', () => {
  const moved = said('2', { ...first.fields, province: '浙江省', city: '杭州市', status: 'closed' });
  expect(heldOf([first, moved], controlled)).toMatchObject([
    { kind: 'close' },
    { kind: 'move', accepted: { province: '江苏省', city: '' }, waiting: { province: '浙江省', city: '杭州市' } },
  ]);
  const closed = said('1', { name: '甲', status: 'closed' }, { asks: false });
  expect(heldOf([closed, said('2', { name: '甲', status: 'active' })], controlled)).toEqual([]);
  expect(heldOf([said('1', { name: '甲' }), said('2', { name: '甲', status: 'closed' })], controlled)).toMatchObject([
    { kind: 'close', accepted: { status: '' } },
  ]);
  expect(heldOf([said('1', { name: '甲' }), said('2', { name: '甲', status: 'active' })], controlled)).toEqual([]);
});

test('a key that is new to a record waits where a request speaks of it, and nothing of it counts', () => {
  expect(heldOf([said('2', { name: '乙' }, { marked: ['rename'] })], controlled)).toMatchObject([
    { accepted: null, waiting: { name: '乙' } },
  ]);
});
