import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

/** Drivers that Knex could use and we do not; each is asked for only by a client of that name. */
const neverLoaded = ['sqlite3', 'better-sqlite3', 'mysql', 'mariadb/callback', 'pg-native', 'cloudflare:sockets'];

/** One CommonJS file with everything the agent needs, and beside it the licences of what is inside. */
export async function bundleAgent(entry: string, file: string, version: string): Promise<void> {
  const bundle = await rolldown({
    input: entry,
    platform: 'node',
    external: neverLoaded,
    transform: { define: { HUILIU_AGENT_VERSION: JSON.stringify(version) } },
    onLog(level, log) {
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    },
  });
  const { output } = await bundle.write({ format: 'cjs', file, codeSplitting: false, minify: true, banner: '#!/usr/bin/env node' });
  await bundle.close();
  if (output.length !== 1) throw new Error(`the bundle has ${output.length} files, it has to be one`);
  await writeFile(join(dirname(file), 'THIRD-PARTY.txt'), licencesOf(output[0].moduleIds));
}

function licencesOf(moduleIds: readonly string[]): string {
  const folders = new Map<string, string>();
  for (const id of moduleIds) {
    const [, folder, name] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//u.exec(id.replaceAll('\\', '/')) ?? [];
    if (folder && name) folders.set(name, folder);
  }
  const sections = [...folders]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, folder]) => {
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string; license?: string };
      const file = readdirSync(folder).find((one) => /^licen[cs]e/iu.test(one));
      const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : '';
      return `${name} ${version} (${license ?? 'see below'})\n\n${text}\n`;
    });
  return sections.join(`\n${'-'.repeat(80)}\n\n`);
}
