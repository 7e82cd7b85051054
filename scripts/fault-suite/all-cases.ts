import { kills } from './cases/kills.js';
import type { FaultCase } from './fault-case.js';

export const allCases: readonly FaultCase[] = [...kills];
