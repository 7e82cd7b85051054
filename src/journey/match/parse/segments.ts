import { formKinds, gazetteer } from '../region/gazetteer.js';

/** A stretch of a raw name that may be a whole name: the main one, one given in brackets or behind a mark, or a half of two written together. */
export interface Segment {
  readonly text: string;
  readonly kind: 'main' | 'alias' | 'former' | 'first' | 'joined';
  /** Where its first character stands in the normalised text; characters after it are consecutive unless brackets were folded in. */
  readonly from: number;
}

const institution =
  /(?:医院|病院|卫生院|保健院|中心|服务站|卫生室|卫生所|诊所|门诊部|药房|药店|研究所|防治院|防治所|防治站|疗养院|疗养所|护理院|急救站|血站|分院|院区|保健站|保健所|公司|卫生站|医务室|学院|[一-龥0-9]院)$/;
const aliasMark =
  /^(?:原名?为?|曾用名|又名|别名|现名?为?|简称|即|也称|亦称|更名为?|挂牌|挂|加挂|第2名称|第2冠名|曾用|原称|旧称|前身为?|已更名为?)/;
const formerMark = /^(?:原|曾|旧|前身)/;
const noise =
  /^(?:停用|作废|民营|私营|国营|公立|中外合资|合资|营利性?|非营利性?|盖章|个体|普通合伙|有限合伙|特殊普通合伙|合作医疗|医保|新农合|筹建?|已撤销|注销|停业|本部|总部|测试|不含税|含税|旧|新|删除|禁用|\d+)$/;
const branch = /^[^、]{0,8}(?:院区|分院|分部|分店|[东南西北新老]院|[东南西北]区|总院)$/;
const head = /(?:医院|卫生院|保健院|服务中心|疗养院|中心|防治院|研究所|防治所|防治站|保健所|保健站|卫生所|卫生站|服务站|门诊部|疗养所)/g;

/** The names that one normalised raw name may carry, the most literal reading first; never empty. The clean side has no two names written together. */
export function splitSegments(text: string, joinedToo = true): Segment[] {
  if (!joinedToo && !/[()、]/.test(text)) return [{ text, kind: 'main', from: 0 }];
  const segments: Segment[] = [];
  let main = '';
  let mainFrom = -1;
  for (const { from, inner, body } of brackets(text)) {
    if (!inner) {
      const bare = body.replace(/^[、-]+|[、-]+$/g, '');
      if (bare !== '' && mainFrom < 0) mainFrom = from;
      main += bare;
      continue;
    }
    if (noise.test(body)) continue;
    if (branch.test(body)) {
      main += body;
      continue;
    }
    const parts = body.split('、').filter((part) => part.length > 1);
    const named = parts.filter((part) => part.length >= 4 && institution.test(part));
    if (aliasMark.test(body) || named.length > 0) {
      for (const part of parts) {
        const name = part.replace(aliasMark, '');
        if (name.length >= 2)
          segments.push({ text: name, kind: formerMark.test(part) ? 'former' : 'alias', from: from + body.indexOf(name) });
      }
    } else main += body;
  }
  const pieces = main.split('、').filter((piece) => piece.length > 1);
  const joined: Segment[] = [];
  for (const piece of pieces.length > 1 ? pieces : halves(main)) {
    joined.push({ text: piece, kind: joined.length === 0 ? 'first' : 'joined', from: mainFrom + main.indexOf(piece) });
  }
  const whole = main.replaceAll('、', '');
  const all = [...(whole === '' ? [] : [{ text: whole, kind: 'main' as const, from: Math.max(0, mainFrom) }]), ...segments, ...joined];
  return all.length > 0 ? all.slice(0, 8) : [{ text, kind: 'main', from: 0 }];
}

/** 甲医院乙医院: cut behind an institution word when what follows is long enough to be a name and ends like one. */
function halves(main: string): string[] {
  for (const match of main.matchAll(head)) {
    const cut = match.index + match[0].length;
    const rest = main.slice(cut);
    if (
      cut < 4 ||
      rest.length < 5 ||
      !institution.test(rest) ||
      /(?:分院|院区|卫生室|卫生站|服务站|诊所|门诊部|分部|药房)$/.test(rest) ||
      !startsAnew(main, rest)
    )
      continue;
    const more = halves(rest);
    return [main.slice(0, cut), ...(more.length > 0 ? more : [rest])];
  }
  return [];
}

/** A second name begins with a place, or as the first one did; what goes on without either is a part of the first (…医院集团第九医院). */
function startsAnew(main: string, rest: string): boolean {
  if (/^(?:集团|分院|医疗|总|第|附属|临床)/.test(rest)) return false;
  if (rest.startsWith(main.slice(0, 2)) || /^(?:中国|国家|解放军|武警)/.test(rest)) return true;
  let place = false;
  gazetteer().forms.each(rest, 0, (_end, values) => {
    if (values.some((value) => value % 8 <= formKinds.former)) place = true;
  });
  return place;
}

function brackets(text: string): { from: number; inner: boolean; body: string }[] {
  const parts: { from: number; inner: boolean; body: string }[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    const opens = char === '(';
    const closes = char === ')';
    if (i < text.length && !opens && !closes) continue;
    const flat = opens ? depth === 0 : closes ? depth <= 1 : true;
    if (flat) {
      const body = text.slice(from, i);
      if (body !== '') parts.push({ from, inner: depth > 0, body: body.replace(/[()]/g, '') });
      from = i + 1;
    }
    if (opens) depth++;
    if (closes && depth > 0) depth--;
  }
  return parts;
}
