import { database } from './cases/database.js';
import { kills } from './cases/kills.js';
import { processes } from './cases/processes.js';
import type { FaultCase } from './fault-case.js';

export const allCases: readonly FaultCase[] = [...kills, ...processes, ...database];
