import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import xlsx from 'xlsx';
import type { MatchAnswer } from '../terminal.js';

const header = ['key', 'name', 'decision', 'terminal_id', 'terminal_name', 'probability', 'candidates', 'reasons', 'why_not_auto'] as const;
export interface Answered {
  readonly name: string;
  readonly answer: MatchAnswer;
}

/** One line per name, in the order asked; csv (UTF-8 with BOM, so Excel reads it) or xlsx by the file's ending. */
export async function writeAnswers(path: string, batches: AsyncIterable<readonly Answered[]>): Promise<void> {
  if (extname(path).toLowerCase() === '.xlsx') {
    const rows: string[][] = [[...header]];
    for await (const batch of batches) for (const one of batch) rows.push(cellsOf(one));
    const book = xlsx.utils.book_new();
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), 'matches');
    writeFileSync(path, xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
    return;
  }
  const out = createWriteStream(path);
  out.write(`﻿${header.join(',')}\r\n`);
  for await (const batch of batches) {
    const text = batch.map((one) => `${cellsOf(one).map(quote).join(',')}\r\n`).join('');
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

function cellsOf({ name, answer }: Answered): string[] {
  const { candidates, ranked, whyNotAuto } = answer;
  const linked = candidates.find(({ terminalId }) => terminalId === answer.terminalId);
  const reasons = (candidates[0]?.evidence ?? []).slice(0, 6).map(({ reason, bits }) => `${reason} ${bits > 0 ? '+' : ''}${bits}`);
  return [
    answer.key,
    name,
    answer.decision,
    answer.terminalId ?? '',
    linked?.terminalName ?? '',
    answer.probability.toFixed(4),
    JSON.stringify(ranked.map(({ id, p }) => ({ id, p: Math.round(p * 10_000) / 10_000 }))),
    reasons.join('; '),
    whyNotAuto.join('; '),
  ];
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
