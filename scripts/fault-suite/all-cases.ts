import { database } from './cases/database.js';
import { disks } from './cases/disks.js';
import { files } from './cases/files.js';
import { kills } from './cases/kills.js';
import { networks } from './cases/networks.js';
import { processes } from './cases/processes.js';
import { redis } from './cases/redis.js';
import { schedules } from './cases/schedules.js';
import type { FaultCase } from './fault-case.js';

export const allCases: readonly FaultCase[] = [
  ...schedules,
  ...kills,
  ...processes,
  ...database,
  ...networks,
  ...files,
  ...disks,
  ...redis,
];
