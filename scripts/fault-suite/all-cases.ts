import { database } from './cases/database.js';
import { disks } from './cases/disks.js';
import { files } from './cases/files.js';
import { kills } from './cases/kills.js';
import { networks } from './cases/networks.js';
import { processes } from './cases/processes.js';
import { proven } from './cases/proven.js';
import { redis } from './cases/redis.js';
import { schedules } from './cases/schedules.js';
import { senders } from './cases/senders.js';
import { stewards } from './cases/stewards.js';
import type { FaultCase } from './fault-case.js';

export const allCases: readonly FaultCase[] = [
  ...[schedules, kills, processes, database, networks, files, disks, redis, senders, stewards, proven].flat(),
];
