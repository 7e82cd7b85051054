import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { projectFolder } from '../src/cli/project-folder.js';
import { bundleAgent } from './agent-package/bundle-agent.js';
import { makeExecutable } from './agent-package/make-executable.js';
import { makeTarball } from './agent-package/make-tarball.js';

// The agent alone, without anything of a hub: one bundled file, as a tarball for `npm install -g` and as one program that needs no Node.js.

const options = new Command('pack-agent')
  .description('Packs the agent for distributors. 打包流向直连客户端。')
  .option('--out <folder>', 'where to / 输出目录', 'dist/agent')
  .option('--executable', 'a single program too / 同时生成单个可执行文件')
  .option('--node <file>', 'node (or node.exe) that becomes the program, same version as this one / 用作底座的 node')
  .parse()
  .opts<{ out: string; executable?: true; node?: string }>();

const folder = resolve(options.out);
const { version } = JSON.parse(await readFile(join(projectFolder(), 'package.json'), 'utf8')) as { version: string };
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const bundle = join(folder, 'huiliu-agent.cjs');
await bundleAgent(join(projectFolder(), 'dist/src/agent/main.js'), bundle, version);
const made = [bundle, await makeTarball(bundle, folder, version)];
if (options.executable) made.push(await makeExecutable(bundle, folder, options.node ?? process.execPath));
for (const path of made) console.log(`${(await readFile(path)).length.toLocaleString('en-US').padStart(12)}  ${path}`);
