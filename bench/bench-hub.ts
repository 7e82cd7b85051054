import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Hub } from '../src/app/hub.js';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { titles } from './flow-rows.js';

export interface BenchHub {
  readonly hub: Hub;
  readonly folder: string;
  close(): Promise<void>;
}

/** A hub of its own in a scratch folder, with `senders` distributors that each have a drop folder full of files. */
export async function openBenchHub(
  kind: 'load' | 'small',
  shape: { senders: number; filesPerSender: number; rowsPerFile: number },
): Promise<BenchHub> {
  const root = resolve('.huiliu/bench');
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(join(root, `${kind}-`));
  const files = join(folder, 'files');
  const writer = join(import.meta.dirname, 'write-files.js');
  execFileSync(process.execPath, [writer, kind, files, String(shape.senders), String(shape.filesPerSender), String(shape.rowsPerFile)]);
  const mappings = join(folder, 'mappings');
  mkdirSync(mappings);
  writeFileSync(join(mappings, 'bench-sales.yaml'), benchLayout);
  const project = resolve(import.meta.dirname, '../..');
  const hub = await openHub(readSettings({ ...process.env, HUILIU_HOME: join(folder, 'home'), HUILIU_MAPPINGS: mappings }, project));
  await addSenders(hub, files, shape.senders);
  return {
    hub,
    folder,
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

const benchLayout = `layout: bench-sales
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
