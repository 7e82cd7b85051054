import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;

test('links in the documentation lead somewhere, and the files of ours that it names are there', () => {
  const pages = pagesIn('');
  expect(pages.length).toBeGreaterThan(40);
  expect(pages.flatMap(deadEnds)).toEqual([]);
});

function pagesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || ['node_modules', 'dist'].includes(entry.name) ? [] : pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

function deadEnds(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/gu)].map(([, link]) => link!).filter((link) => !/^(https?|mailto):/u.test(link));
  const named = [...text.matchAll(/`((?:src|connectors|scripts|test|mappings|docs|bench|deploy|bin)\/[\w./-]*\w)`/gu)].map(
    ([, path]) => path!,
  );
  return [
    ...links.filter((link) => !leadsSomewhere(page, link)).map((link) => `${page}: ${link}`),
    ...named.filter((path) => !existsSync(join(root, path))).map((path) => `${page}: ${path}`),
  ];
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', place] = link.split('#');
  const target = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (!existsSync(target)) return false;
  return place === undefined || !target.endsWith('.md') || placesIn(readFileSync(target, 'utf8')).includes(place);
}

/** Headings as the anchors that GitHub makes of them. */
function placesIn(text: string): string[] {
  return [...text.matchAll(/^#+\s+(.*)$/gmu)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
