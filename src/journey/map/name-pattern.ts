import picomatch from 'picomatch';

/** A test for names by globs; case and full-width letters do not matter, and brackets in names are just brackets. */
export function namePattern(globs: readonly string[]): (name: string) => boolean {
  const matches = globs.map((glob) =>
    picomatch(plainName(glob).replace(/[()[\]]/gu, String.raw`\$&`), { nocase: true, dot: true, noextglob: true, nobracket: true }),
  );
  return (name) => matches.some((one) => one(plainName(name)));
}

const plainName = (name: string): string => name.normalize('NFKC');
