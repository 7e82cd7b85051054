// Compiles a checkout when its compiled form is missing or older than a source. Says nothing when there is nothing to do.
// Used by bin/huiliu and by the launchers beside this file, so it is plain JavaScript and needs nothing but Node.js.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folders = ['src', 'connectors', 'migrations', 'scripts', 'bench'];
const files = ['tsconfig.json', 'tsconfig.build.json', 'package.json'];

/** Returns what is wrong, or null when the compiled program is up to date. `anyway` compiles even then: `npm run build`. */
export function buildIfNeeded(say = () => {}, { anyway = false } = {}) {
  const isCheckout = existsSync(join(root, 'tsconfig.build.json')) && existsSync(join(root, 'src'));
  if (!isCheckout) return existsSync(join(root, 'dist/src/main.js')) ? null : 'dist/src/main.js is missing';
  const stamp = join(root, 'dist/.built');
  const newest = newestSource();
  if (!anyway && existsSync(stamp) && existsSync(join(root, 'dist/src/main.js')) && readFileSync(stamp, 'utf8') === newest) return null;

  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc)) return '未安装依赖，请先运行 npm ci。 Packages are not installed: run npm ci first.';
  say('编译中…… Compiling...');
  const built = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--pretty', 'false'], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) return `编译失败 The build failed:\n${built.stdout}${built.stderr}`;
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(`${stamp}.${process.pid}`, newest);
  renameSync(`${stamp}.${process.pid}`, stamp);
  return null;
}

/** The newest time among the sources and how many there are: both change when something is edited, added or taken away. */
function newestSource() {
  let newest = 0;
  let count = 0;
  const look = (path) => {
    newest = Math.max(newest, statSync(path).mtimeMs);
    count += 1;
  };
  for (const folder of folders.filter((one) => existsSync(join(root, one))))
    for (const name of readdirSync(join(root, folder), { recursive: true })) if (/\.(ts|json)$/.test(name)) look(join(root, folder, name));
  for (const file of files) look(join(root, file));
  return `${newest} ${count}`;
}

if (process.argv[1] && import.meta.url.endsWith('/build-if-needed.mjs') && process.argv[1].endsWith('build-if-needed.mjs')) {
  const problem = buildIfNeeded((line) => console.error(line), { anyway: process.argv.includes('--anyway') });
  if (problem) {
    console.error(problem);
    process.exitCode = 1;
  }
}
