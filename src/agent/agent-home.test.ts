import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { HubError } from '../model/hub-error.js';
import { renderMessage } from '../model/message.js';
import { agentHome, readLocalSettings, settingsTemplate } from './agent-home.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-agent-home-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(yaml: string) {
  writeFileSync(join(folder, 'agent.yaml'), yaml);
  return readLocalSettings(agentHome(folder, {}));
}

function refusal(yaml: string): string {
  try {
    read(yaml);
  } catch (error) {
    return renderMessage((error as HubError).told, 'zh');
  }
  throw new Error('was taken');
}

test('the file that enrolling writes is taken, and so is an empty one', () => {
  expect(read(settingsTemplate)).toMatchObject({ database: null, limits: { rows_per_second: 5000 } });
  expect(read('').database).toBeNull();
});

test('what is wrong in the file is told with its line, and no password with it', () => {
  expect(refusal('limits:\n\thours: []\n')).toContain('第 2 行第 1 列：缩进里有制表符');
  expect(refusal('limits:\n  hours: [8-9]\n')).toMatch(/第 2 行，limits\.hours\[0\]/u);
  const database = 'database:\n  engine: mysql\n  host: 127.0.0.1\n  database: erp\n  user: reader\n';
  expect(refusal(`${database}  password: hunter2\n`)).toMatch(/第 6 行，database\.password/u);
  for (const password of ['hunter2', '"hunter2', '"x" hunter2'])
    expect(refusal(`${database}  password: ${password}\n`)).not.toContain('hunter2');
});
