import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Connector } from '../journey/collect/connector.js';
import { secretReference } from '../journey/collect/secret-of.js';
import { HubError } from '../model/hub-error.js';
import { type Known, parseSourceFile } from './parse-source-file.js';

const ftp = {
  name: 'ftp',
  secrets: ['password'],
  settings: z.strictObject({ host: z.string().min(1), port: z.int().optional(), user: z.string(), password: secretReference }),
} as unknown as Connector;
const known: Known = {
  connectors: new Map([['ftp', ftp]]),
  layouts: new Set(['usual']),
  isKnownSender: async (sender) => sender === 'own' || sender === 'D01',
};
const good = `sources:
  - code: d01-ftp
    sender: D01
    connector: ftp
    settings: { host: ftp.example, user: flow, password: env:D01_PASSWORD }
    layouts: [usual]
    expects: { by: "08:00" }
`;
const mistakes = async (text: string): Promise<string> => {
  const error = await parseSourceFile(text, 'sources.yaml', known).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(HubError);
  return (error as HubError).message;
};

test('a right file becomes sources with everything filled in', async () => {
  expect(await parseSourceFile(good, 'sources.yaml', known)).toEqual([
    {
      code: 'd01-ftp',
      title: '',
      sender: 'D01',
      connector: 'ftp',
      settings: { host: 'ftp.example', user: 'flow', password: 'env:D01_PASSWORD' },
      layouts: ['usual'],
      hints: {},
      constants: {},
      expects: { every: 'day', by: '08:00' },
      schedule: {},
      contact: {},
      enabled: true,
    },
  ]);
});

test('defaults fill what a source does not say', async () => {
  const [source] = await parseSourceFile(
    `defaults: { connector: ftp, layouts: [usual] }\n${good.replace('    connector: ftp\n', '').replace('    layouts: [usual]\n', '')}`,
    'f',
    known,
  );
  expect(source).toMatchObject({ connector: 'ftp', layouts: ['usual'] });
});

test('all mistakes are told together, each with its line and place', async () => {
  const told = await mistakes(`sources:
  - code: D01
    sender: D99
    connector: ftp
    settings: { prot: 2121, user: flow, password: hunter2 }
    layouts: [unusual]
    expects: { by: 8 }
  - code: d02
    sender: own
    connector: pigeon
    layouts: []
    colour: red
`);
  for (const place of [
    'line 2, sources[0].code',
    'line 3, sources[0].sender',
    'sources[0].settings.host',
    'sources[0].settings.prot: there is no such field; did you mean port?',
    'line 5, sources[0].settings.password',
    'line 6, sources[0].layouts[0]',
    'line 7, sources[0].expects.by',
    'line 10, sources[1].connector',
    'line 11, sources[1].layouts',
    'sources[1].colour: ',
  ])
    expect(told).toContain(place);
  expect(told).toContain('10 mistakes');
});

test('a secret in the file is refused and not repeated', async () => {
  const told = await mistakes(good.replace('env:D01_PASSWORD', 'hunter2'));
  expect(told).toContain('sources[0].settings.password');
  expect(told).not.toContain('hunter2');
});

test('a code that is there twice is a mistake', async () => {
  expect(await mistakes(good + good.replace('sources:\n', ''))).toContain('sources[1].code');
});

test('YAML that cannot be read is told with its line', async () => {
  expect(await mistakes('sources:\n  - code: "d01\n')).toContain('line 2, column 11: the quotation mark " that opens here');
});
