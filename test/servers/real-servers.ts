import type { FarSide } from '../../src/journey/collect/far-side.js';

/** A server of the trade that may be installed on this machine. */
export interface RealServer {
  readonly kind: string;
  readonly name: string;
  isInstalled(): boolean;
  start(): Promise<FarSide>;
}

export const realServers: readonly RealServer[] = [];
