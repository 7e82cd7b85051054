import { expect, test } from 'vitest';
import { asBroken } from './refuse.js';

test('what a library throws means a damaged file; our own full disk does not, and the file is tried again', () => {
  expect(asBroken('a.gz', new Error('incorrect data check'))).toMatchObject({ errorClass: 'source-data', told: { code: 'decode.broken' } });
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(asBroken('a.gz', full)).toMatchObject({ errorClass: 'transient', told: { code: 'hub.disk-fault' } });
});
