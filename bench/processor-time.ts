import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Hub } from '../src/app/hub.js';

/** Processor seconds (user + system) since the processes began; on a shared machine they say more than the clock on the wall. */
export interface ProcessorTime {
  readonly hub: number;
  readonly children: number;
  readonly postgres: number;
}

/** Linux only; elsewhere all zeros but the hub. Processes that have ended count with their parent. */
export async function processorTime(hub: Hub): Promise<ProcessorTime> {
  const own = process.cpuUsage();
  const processes = listProcesses();
  const { rows } = await hub.database.raw('select pg_backend_pid() as pid');
  const postmaster = processes.find(({ pid }) => pid === rows[0].pid)?.parent ?? -1;
  const children = processes.filter(({ pid, parent }) => parent === process.pid && pid !== postmaster);
  const backends = processes.filter(({ parent }) => parent === postmaster);
  const server = processes.find(({ pid }) => pid === postmaster);
  return {
    hub: (own.user + own.system) / 1_000_000,
    children: sum(children.map((one) => one.own + one.reaped)),
    postgres: sum(backends.map((one) => one.own)) + (server ? server.own + server.reaped : 0),
  };
}

export function spent(from: ProcessorTime, to: ProcessorTime): ProcessorTime & { readonly all: number } {
  const hub = round(to.hub - from.hub);
  const children = round(to.children - from.children);
  const postgres = round(to.postgres - from.postgres);
  return { hub, children, postgres, all: round(hub + children + postgres) };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly own: number;
  readonly reaped: number;
}

function listProcesses(): Process[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        // The name in brackets may hold anything; what follows the last bracket is plain numbers, the state first.
        const fields = stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number);
        const ticks = (first: number) => (fields[first]! + fields[first + 1]!) / ticksPerSecond;
        return [{ pid: Number(pid), parent: fields[1]!, own: ticks(11), reaped: ticks(13) }];
      } catch {
        return []; // gone meanwhile
      }
    });
}

const ticksPerSecond = clockTicks();

function clockTicks(): number {
  try {
    return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) || 100;
  } catch {
    return 100;
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
const round = (value: number): number => Math.round(value * 100) / 100;
