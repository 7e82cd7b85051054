const known = new Set<string>();
let pattern: RegExp | null = null;

/** Whoever gets hold of a secret says so here, so that it never appears in a log, a fault or a metric, whatever quotes it. */
export function rememberSecret(secret: string): void {
  // Of three characters or less every text would be full.
  if (secret.length < 4 || known.has(secret)) return;
  known.add(secret);
  const spellings = new Set([...known].flatMap((one) => [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)]));
  // Longest first: a secret may be the beginning of another.
  const longestFirst = [...spellings].toSorted((a, b) => b.length - a.length);
  pattern = new RegExp(longestFirst.map((one) => one.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}

/** The text with every known secret blotted out. */
export function withoutSecrets(text: string): string {
  return pattern === null ? text : text.replace(pattern, '***');
}
