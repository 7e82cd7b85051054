import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diskFault } from './disk-fault.js';

test.runIf(existsSync('/dev/full'))('a full disk is a fault of the machine, tried again, and never one of the file', () => {
  const fault = diskFault(errorOf(writeToFull), '销售.csv');
  expect(fault).toMatchObject({
    errorClass: 'transient',
    recovery: 'retry',
    told: { code: 'hub.disk-fault', values: { where: '销售.csv' } },
  });
});

test('an error that is not about the disk is none of ours', () => {
  expect(diskFault(new Error('boom'), 'x')).toBeNull();
  expect(diskFault(null, 'x')).toBeNull();
  expect(diskFault(Object.assign(new Error(), { code: 'ECONNRESET' }), 'x')).toBeNull();
});

function writeToFull(): void {
  const full = openSync('/dev/full', 'w');
  try {
    writeSync(full, 'x');
  } finally {
    closeSync(full);
  }
}

function errorOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
