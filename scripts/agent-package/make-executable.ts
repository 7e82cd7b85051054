import { execFileSync } from 'node:child_process';
import { chmod, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'postject';

// What Node.js looks for in its own file (https://nodejs.org/api/single-executable-applications.html).
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The bundle inside a copy of Node.js: one program, nothing to install. `node` may be that of another system, of the same version. */
export async function makeExecutable(bundle: string, folder: string, node: string): Promise<string> {
  const [config, blob] = [join(folder, 'sea.json'), join(folder, 'sea.blob')];
  const isForeign = node !== process.execPath;
  // Compiled code saves a third of the start, but fits only the very node that compiled it.
  await writeFile(config, JSON.stringify({ main: bundle, output: blob, disableExperimentalSEAWarning: true, useCodeCache: !isForeign }));
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const program = join(folder, node.endsWith('.exe') ? 'huiliu-agent.exe' : 'huiliu-agent');
  await copyFile(node, program);
  await chmod(program, 0o755);
  await inject(program, 'NODE_SEA_BLOB', await readFile(blob), { sentinelFuse: fuse });
  await rm(config);
  await rm(blob);
  return program;
}
