import type { Bookmark } from '../journey/collect/bookmark.js';
import type { Database } from './database.js';

/** The bookmark of one source. */
export function createBookmark(database: Database, sourceId: number): Bookmark {
  return {
    async read() {
      const found = await database('ledger.bookmark').where({ source_id: sourceId }).first('text');
      return found?.text ?? null;
    },
    async keep(text) {
      await database('ledger.bookmark').insert({ source_id: sourceId, text, kept_at: database.fn.now() }).onConflict('source_id').merge();
    },
  };
}
