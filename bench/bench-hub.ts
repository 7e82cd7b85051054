import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Hub } from '../src/app/hub.js';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { titles } from './flow-rows.js';
import { scratchFolder } from './scratch-folder.js';

export interface BenchHub {
  readonly hub: Hub;
  readonly folder: string;
  /** What the hub was opened with, for a further process on the same home. */
  readonly environment: NodeJS.ProcessEnv;
  /** The next night's files, beside those of the first. */
  writeMore(): void;
  close(): Promise<void>;
}

/** The checkout, from the compiled file. */
export const project = resolve(import.meta.dirname, '../..');

/** A hub of its own in a scratch folder, with `senders` distributors that each have a drop folder full of files. */
export async function openBenchHub(
  kind: 'load' | 'small',
  shape: { senders: number; filesPerSender: number; rowsPerFile: number },
): Promise<BenchHub> {
  const folder = scratchFolder(kind);
  const files = join(folder, 'files');
  const writer = join(import.meta.dirname, 'write-files.js');
  const write = (first: number) => {
    const numbers = [shape.senders, shape.filesPerSender, shape.rowsPerFile, first].map(String);
    execFileSync(process.execPath, [writer, kind, files, ...numbers]);
  };
  write(0);
  const mappings = join(folder, 'mappings');
  mkdirSync(mappings);
  writeFileSync(join(mappings, 'bench-sales.yaml'), benchLayoutText);
  const environment = { ...process.env, HUILIU_HOME: join(folder, 'home'), HUILIU_MAPPINGS: mappings };
  const hub = await openHub(readSettings(environment, project));
  await addSenders(hub, files, shape.senders);
  return {
    hub,
    folder,
    environment,
    writeMore: () => write(shape.filesPerSender),
    async close() {
      await hub.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function addSenders(hub: Hub, files: string, senders: number): Promise<void> {
  for (let sender = 0; sender < senders; sender++) {
    const code = `b${String(sender).padStart(4, '0')}`;
    await hub.database('master.distributor').insert({ code, name: `基准商业公司${sender}` });
    await hub.saveSource({
      code,
      title: code,
      sender: code,
      connector: 'folder',
      settings: { folder: join(files, code), pattern: '*', stable_seconds: 0 },
      layouts: ['bench-sales'],
      hints: {},
      constants: {},
      expects: {},
      enabled: true,
    });
  }
}

export const benchLayoutText = `layout: bench-sales
title: 基准销售流向
kind: sale
columns:
  date: [${titles[0]}]
  doc_no: [${titles[1]}]
  doc_line: [${titles[2]}]
  party_code: [${titles[3]}]
  party_name: [${titles[4]}]
  party_address: [${titles[5]}]
  product_code: [${titles[6]}]
  product_name: [${titles[7]}]
  spec: [${titles[8]}]
  maker: [${titles[9]}]
  lot: [${titles[10]}]
  expiry: [${titles[11]}]
  unit: [${titles[12]}]
  quantity: [${titles[13]}]
  price: [${titles[14]}]
  amount: [${titles[15]}]
ignore: [${titles[16]}, ${titles[17]}]
`;
