/** The former names in a field of the master that may hold several, split at the separators people use. */
export function splitFormerNames(field: string): string[] {
  return field
    .split(/[;；,，、|/〓\n]+/u)
    .map((name) => name.replace(/^\s*[（(]?\s*(原名|原|曾用名|又名)\s*[:：]?/u, '').trim())
    .filter((name) => name !== '');
}
