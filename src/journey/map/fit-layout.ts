import type { Kind } from '../../model/kind.js';
import { type Message, message } from '../../model/message.js';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import type { CompiledLayout, MapContext } from './compile-layout.js';
import { fieldsBehind, isFlowKind } from './fields.js';
import { findHeader, type Header } from './find-header.js';
import { readConstants } from './read-constants.js';

/** A layout that fits a part: its header was found and nothing about it is a surprise. */
export interface Fit {
  readonly compiled: CompiledLayout;
  readonly kind: Kind;
  readonly header: Header;
  readonly constants: Readonly<Record<string, string>>;
}

/** Why no layout fits. `progress`: how far the layout that came nearest got; its problem is the one worth telling. */
interface Misfit {
  readonly problem: Message;
  readonly progress: number;
}

/** The first layout, in the source's order, that is meant for the part and fits it; otherwise the problem of the one that came nearest. */
export function fitLayout(
  layouts: readonly CompiledLayout[],
  part: PartStart,
  context: MapContext,
  rows: readonly Row[],
): Fit | { readonly problem: Message } {
  const where = part.path || context.fileName;
  const codes = layouts.map(({ layout }) => layout.layout).join(', ');
  let nearest: Misfit = { progress: 0, problem: message('map.no-layout', { part: where, layout: codes }) };
  for (const compiled of layouts) {
    if (!compiled.isMeantFor(part, context)) continue;
    const tried = tryLayout(compiled, part, context, rows, where);
    if (!('problem' in tried)) return tried;
    if (tried.progress > nearest.progress) nearest = tried;
  }
  return { problem: nearest.problem };
}

function tryLayout(compiled: CompiledLayout, part: PartStart, context: MapContext, rows: readonly Row[], where: string): Fit | Misfit {
  const values = { part: where, layout: compiled.layout.layout };
  const kind = compiled.kindOf(part, context);
  if (kind === null) {
    const isOfEntities = compiled.kinds.every((one) => !isFlowKind(one));
    const entity = part.sheet === null ? 'map.unknown-entity-file' : 'map.unknown-entity';
    return { progress: 1, problem: message(isOfEntities ? entity : 'map.unknown-kind', values) };
  }
  const found = findHeader(compiled, kind, rows);
  if (!found) return { progress: 2, problem: message('map.unknown-header', values) };
  const { header } = found;
  const { binding, titles } = header;
  const row = header.rows[0]?.rowNo ?? 0;
  const quoted = (columns: readonly string[]): string => columns.map((one) => `“${one}”`).join(', ');
  if (!found.fits) {
    return {
      progress: 3,
      problem: message('map.missing-column', {
        ...values,
        row,
        columns: binding.missing.map((field) => titlesFor(compiled, kind, field)).join(', '),
      }),
    };
  }
  if (binding.repeated.length > 0) {
    return { progress: 4, problem: message('map.ambiguous-column', { ...values, row, columns: quoted(binding.repeated) }) };
  }
  if (binding.unknown.length > 0 && compiled.layout.extra === 'hold') {
    const unknown = binding.unknown.map((column) => titles[column] ?? '');
    return { progress: 4, problem: message('map.unknown-column', { ...values, row, columns: quoted(unknown) }) };
  }
  const constants = readConstants(compiled.layout, rows.slice(0, header.at), part, context);
  const missing = constants.missing.filter((field) => !binding.fields.includes(field));
  if (missing.length > 0) return { progress: 5, problem: message('map.missing-constant', { ...values, columns: missing.join(', ') }) };
  return { compiled, kind, header, constants: constants.values };
}

/** `quantity (数量, 销售数量)`: the field with the titles it was looked for by. */
function titlesFor({ layout, dictionary }: Pick<CompiledLayout, 'layout' | 'dictionary'>, kind: Kind, field: string): string {
  const behind = fieldsBehind(kind, field);
  if (behind[0] !== field) return behind.map((one) => titlesFor({ layout, dictionary }, kind, one)).join(' / ');
  const listed = layout.columns[field];
  const byDictionary = layout.dictionary ? [...dictionary.entries(kind).values()].filter((entry) => entry.field === field) : [];
  const titles = listed ?? byDictionary.slice(0, 3).map((entry) => entry.title);
  return titles.length === 0 ? field : `${field} (${titles.join(', ')}${listed || byDictionary.length <= 3 ? '' : ' …'})`;
}
