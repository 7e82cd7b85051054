import { isRecord, type Table } from '../table.js';

/** What a web service answers: an envelope around the list, numbers as numbers, codes as text. */
export function writeJson(table: Table): Buffer {
  return Buffer.from(
    `${JSON.stringify({ code: 0, message: 'success', data: { total: recordsOf(table).length, list: recordsOf(table) } }, null, 1)}\n`,
  );
}

/** One record a line. */
export function writeNdjson(table: Table): Buffer {
  return Buffer.from(
    recordsOf(table)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join(''),
  );
}

function recordsOf({ columns, rows }: Table): Record<string, string | number>[] {
  return rows
    .filter(({ role }) => isRecord(role))
    .map(({ cells }) =>
      Object.fromEntries(
        columns.map(({ title, isNumeric }, index) => {
          const text = cells[index]!;
          return [title, isNumeric && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text];
        }),
      ),
    );
}
