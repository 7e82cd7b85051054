import { type ArgumentMetadata, BadRequestException, Injectable, type PipeTransform } from '@nestjs/common';
import { fieldAt } from '../model/check-value.js';
import { message } from '../model/message.js';

/** Stands before every route: text that PostgreSQL cannot keep (a null character, half a surrogate pair) is refused, not our fault. */
@Injectable()
export class ReadableTextPipe implements PipeTransform {
  transform(given: unknown, { type, data }: ArgumentMetadata): unknown {
    if (type !== 'body' && type !== 'query' && type !== 'param') return given;
    const path = unreadableIn(given);
    if (path !== null)
      throw new BadRequestException(message('api.unreadable-text', { field: fieldAt(data === undefined ? path : [data, ...path]) }));
    return given;
  }
}

/** Where the first such text is; null when there is none. Without recursion: what is sent may be nested as deep as it is long. */
function unreadableIn(given: unknown): PropertyKey[] | null {
  interface Place {
    readonly value: unknown;
    readonly key: PropertyKey | null;
    readonly above: Place | null;
  }
  const open: Place[] = [{ value: given, key: null, above: null }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value } = place;
    if ((typeof value === 'string' && !isReadable(value)) || (typeof place.key === 'string' && !isReadable(place.key)))
      return pathTo(place);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value))
      open.push({ value: inner, key: Array.isArray(value) ? Number(key) : key, above: place });
  }
  return null;

  function pathTo(place: Place): PropertyKey[] {
    const path: PropertyKey[] = [];
    for (let one: Place | null = place; one !== null; one = one.above) if (one.key !== null) path.unshift(one.key);
    return path.slice(0, 20);
  }
}

const isReadable = (text: string): boolean => !text.includes('\0') && !/\p{Cs}/u.test(text);
