import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'chrome.exe',
  'msedge.exe',
];

/** The browser of this machine: `HUILIU_CHROMIUM`, else the first that the search path has. Never one of a recipe: who writes recipes must not start programs. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | null {
  const told = environment['HUILIU_CHROMIUM'];
  if (told) return isProgram(told) ? told : null;
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
