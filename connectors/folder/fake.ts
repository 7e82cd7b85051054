import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FarSide, FarSideFile } from '../../src/journey/collect/far-side.js';

/** A drop folder: `root`, or a temp folder that goes when it stops. */
export async function startFake({ files = [], root }: { files?: readonly FarSideFile[]; root?: string } = {}): Promise<FarSide> {
  const folder = root ?? (await mkdtemp(join(tmpdir(), 'huiliu-folder-')));
  const farSide: FarSide = {
    settings: { folder },
    secrets: {},
    wrongSecrets: {},
    port: null,
    async put(name, bytes, modifiedAt) {
      const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
      if (typeof name === 'string') await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(path, bytes);
      if (modifiedAt) await utimes(path, modifiedAt, modifiedAt);
    },
    async stop() {
      if (!root) await rm(folder, { recursive: true, force: true });
    },
  };
  for (const { name, bytes, modifiedAt } of files) await farSide.put(name, bytes, modifiedAt);
  return farSide;
}
