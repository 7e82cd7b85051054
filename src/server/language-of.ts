import type { Language } from '../model/message.js';

/** In which language a caller is answered: Chinese, unless `Accept-Language` begins with English. */
export function languageOf({ headers }: { readonly headers: Readonly<Record<string, string | undefined>> }): Language {
  return /^\s*en\b/iu.test(headers['accept-language'] ?? '') ? 'en' : 'zh';
}
