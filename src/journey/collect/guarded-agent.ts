import { Agent } from 'undici';
import { type AddressGuard, createAddressGuard } from './address-guard.js';

export interface GuardedAgent {
  readonly guard: AddressGuard;
  readonly agent: Agent;
  close(): Promise<void>;
}

/** One connection to a far side, kept open between requests, that cannot be led to inner addresses. Throws `config` when `host` is one. */
export function createGuardedAgent({
  source,
  host,
  allowPrivate,
  timeoutMs,
  ca,
}: {
  /** Names the source, channel or subscriber in faults of the guard. */
  readonly source: string;
  readonly host: string;
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
  /** Believed instead of the public authorities. */
  readonly ca?: string | undefined;
}): GuardedAgent {
  const guard = createAddressGuard({ source, allowPrivate });
  guard.check(host);
  const agent = new Agent({
    ...{ connect: { lookup: guard.lookup, timeout: timeoutMs, ...(ca && { ca }) }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
    ...{ pipelining: 1, connections: 1 },
  });
  return { guard, agent, close: () => agent.destroy().catch(() => undefined) };
}
