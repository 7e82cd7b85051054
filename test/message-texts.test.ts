import { expect, test } from 'vitest';
import { cliTexts } from '../src/cli/text.js';
import { fillPlaces } from '../src/model/fill-places.js';
import { type MessageCode, renderMessage } from '../src/model/message.js';
import { messageCatalog } from '../src/model/messages/catalog.js';

test('a value that ends as a sentence gives up its end where the text goes on, and keeps it elsewhere', () => {
  const told = (text: string, value: string) => fillPlaces(text, (name) => (name === 'cause' ? value : undefined));
  expect(told('失败：{cause}。没有提交。', '号码有误。')).toBe('失败：号码有误。没有提交。');
  expect(told('failed ({cause}). It stays.', 'no such table.')).toBe('failed (no such table.). It stays.');
  expect(told('failed: {cause}; it stays', 'gone away!')).toBe('failed: gone away; it stays');
  expect(told('“{cause}”没有改动。', '甲公司。')).toBe('“甲公司。”没有改动。');
  for (const kept of ['.', '…', '../..', '']) expect(told('in {cause}.', kept)).toBe(`in ${kept}.`);
  expect(told('{other}。', 'x')).toBe('{other}。');
});

test('messages within a message are read in its language, one after the other', () => {
  const faults = [
    { code: 'golden.asked-phone', values: { column: '电话', value: 'x' } } as const,
    { code: 'golden.asked-email', values: { column: '电子邮箱', value: 'y' } } as const,
  ];
  const told = { code: 'golden.request-faulty', values: { faults } } as const;
  expect(renderMessage(told, 'zh')).not.toMatch(doubled);
  expect(renderMessage(told, 'zh')).toMatch(/电话.*；.*电子邮箱.*。没有提交/u);
  expect(renderMessage(told, 'en')).toMatch(/which is no telephone.*; .*which is no e-mail/u);
});

const doubled = /[。！？；，：、]{2,}|[。！？；，、][.,;]|[.,;][。！？；，、]|[,;][.,;]|(?<!\.)\.[,;]|(?<=[\p{L}\p{N})])\.\.(?=\s|$)/u;
const words = {
  zh: ['甲医院', '没有这张表。', '稍后再试！', '1、2；', '（见下）。'],
  en: ['a name', 'No such table.', 'Try later!', 'a, b;', '(see below).'],
};

test.each(['zh', 'en'] as const)('no text of the program ends twice, whatever its values end with (%s)', (language) => {
  for (const ending of words[language]) {
    for (const code of Object.keys(messageCatalog) as MessageCode[]) {
      const names = [...messageCatalog[code][language].matchAll(/\{(\w+)\}/gu)].map(([, name]) => name!);
      const values = Object.fromEntries(names.map((name) => [name, ending]));
      expect(renderMessage({ code, values }, language), code).not.toMatch(doubled);
    }
    for (const [key, text] of Object.entries(cliTexts))
      expect(
        fillPlaces(text[language], () => ending),
        key,
      ).not.toMatch(doubled);
  }
});
