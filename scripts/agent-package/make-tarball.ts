import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectFolder } from '../../src/cli/project-folder.js';

/** A package without dependencies: `npm install -g FILE` needs no registry. Returns its path. */
export async function makeTarball(bundle: string, folder: string, version: string): Promise<string> {
  const place = join(folder, 'package');
  await mkdir(place, { recursive: true });
  const description = {
    ...{ name: 'huiliu-agent', version, license: 'Apache-2.0', description: '流向直连客户端 / the direct-connection agent of Huiliu' },
    ...{ bin: { 'huiliu-agent': 'huiliu-agent.cjs' }, engines: { node: '>=20' } },
  };
  await writeFile(join(place, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
  await copyFile(bundle, join(place, 'huiliu-agent.cjs'));
  await copyFile(join(dirname(bundle), 'THIRD-PARTY.txt'), join(place, 'THIRD-PARTY.txt'));
  await copyFile(join(projectFolder(), 'LICENSE'), join(place, 'LICENSE'));
  await copyFile(join(projectFolder(), 'docs/agent.md'), join(place, 'README.md'));
  execFileSync('npm', ['pack', place, '--pack-destination', folder, '--silent'], { stdio: ['ignore', 'ignore', 'inherit'] });
  await rm(place, { recursive: true });
  return join(folder, `huiliu-agent-${version}.tgz`);
}
