import type { TableColumn } from './show-table.js';
import type { Text, TextKey } from './text.js';

/** Columns of a table, titled in one language: text on the left, long text that gives up width first, numbers on the right. */
export function columnsIn(text: Text) {
  return {
    left: (key: TextKey): TableColumn => ({ title: text(key) }),
    long: (key: TextKey): TableColumn => ({ title: text(key), shrinks: true }),
    right: (key: TextKey): TableColumn => ({ title: text(key), align: 'right' }),
  };
}
