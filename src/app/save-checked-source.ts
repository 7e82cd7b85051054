import { findDistributorId, findSource, type NewSource, type Source, saveSource } from '../db/source-store.js';
import { HubError } from '../model/hub-error.js';
import { listIssues } from '../model/list-issues.js';
import { message } from '../model/message.js';
import { sourceIo } from './steps/collect-step.js';
import { bringsOnlyRecords } from './steps/read-delivery.js';
import type { StepTools } from './steps/step-tools.js';

/** Saves a source after checking connector, settings, layouts and sender; all mistakes are reported together. */
export async function saveCheckedSource(tools: StepTools, source: NewSource): Promise<Source> {
  const problems = await mistakesOf(tools, source);
  if (problems.length > 0)
    throw new HubError('config', message('hub.source-invalid', { source: source.code, problems: problems.join('\n  ') }));
  return saveSource(tools.database, source);
}

/** Proves address, credentials and rights of a source, after its settings. */
export async function testSource(tools: StepTools, code: string, signal: AbortSignal): Promise<void> {
  const source = await findSource(tools.database, { code });
  if (!source) throw new HubError('config', message('hub.unknown-source', { source: code }));
  const problems = await mistakesOf(tools, source);
  if (problems.length > 0) throw new HubError('config', message('hub.source-invalid', { source: code, problems: problems.join('\n  ') }));
  const connector = tools.connectors.get(source.connector)!;
  const io = sourceIo(tools, source, AbortSignal.any([signal, AbortSignal.timeout(30_000)]));
  const settings = connector.settings.parse(source.settings);
  try {
    await connector.check(settings, io);
  } finally {
    await connector.close?.(settings, io);
  }
}

async function mistakesOf({ connectors, layouts, database }: StepTools, source: NewSource): Promise<string[]> {
  const problems: string[] = [];
  const connector = connectors.get(source.connector);
  if (!connector) problems.push(`connector: ${source.connector} ∉ {${[...connectors.keys()].join(', ')}}`);
  const parsed = connector?.settings.safeParse(source.settings);
  problems.push(...listIssues(parsed?.error, ['settings']));
  for (const layout of source.layouts) if (!layouts.has(layout)) problems.push(`layouts: ${layout} ∉ {${[...layouts.keys()].join(', ')}}`);
  const named = source.layouts.flatMap((code) => layouts.get(code) ?? []);
  if (!bringsOnlyRecords(named) && (await findDistributorId(database, source.sender)) === undefined)
    problems.push(`sender: ${source.sender} ∉ master.distributor`);
  return problems;
}
