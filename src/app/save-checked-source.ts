import { findDistributorId, findSource, type NewSource, type Source, saveSource } from '../db/source-store.js';
import { checkValue } from '../model/check-value.js';
import { HubError } from '../model/hub-error.js';
import { type Message, message } from '../model/message.js';
import { sourceIo } from './steps/collect-step.js';
import { bringsOnlyRecords } from './steps/read-delivery.js';
import type { StepTools } from './steps/step-tools.js';

/** Saves a source after checking connector, settings, layouts and sender; all mistakes are reported together. */
export async function saveCheckedSource(tools: StepTools, source: NewSource): Promise<Source> {
  const problems = await mistakesOf(tools, source);
  if (problems.length > 0) throw new HubError('config', message('hub.source-invalid', { source: source.code, problems }));
  return saveSource(tools.database, source);
}

/** Proves address, credentials and rights of a source, after its settings. */
export async function testSource(tools: StepTools, code: string, signal: AbortSignal): Promise<void> {
  const source = await findSource(tools.database, { code });
  if (!source) throw new HubError('config', message('hub.unknown-source', { source: code }));
  const problems = await mistakesOf(tools, source);
  if (problems.length > 0) throw new HubError('config', message('hub.source-invalid', { source: code, problems }));
  const connector = tools.connectors.get(source.connector)!;
  const io = sourceIo(tools, source, AbortSignal.any([signal, AbortSignal.timeout(30_000)]));
  const settings = connector.settings.parse(source.settings);
  try {
    await connector.check(settings, io);
  } finally {
    await connector.close?.(settings, io);
  }
}

async function mistakesOf({ connectors, layouts, database }: StepTools, source: NewSource): Promise<Message[]> {
  const problems: Message[] = [];
  const wrong = (field: string, expected: Message): void => void problems.push(message('problem.rule', { field, expected }));
  const connector = connectors.get(source.connector);
  if (!connector) wrong('connector', message('mistake.connector', { value: source.connector, known: [...connectors.keys()].join(', ') }));
  if (connector) problems.push(...checkValue(connector.settings, source.settings, ['settings']).problems.map(({ told }) => told));
  for (const layout of source.layouts) if (!layouts.has(layout)) wrong('layouts', message('mistake.layout', { value: layout }));
  const named = source.layouts.flatMap((code) => layouts.get(code) ?? []);
  if (!bringsOnlyRecords(named) && (await findDistributorId(database, source.sender)) === undefined)
    wrong('sender', message('mistake.sender', { value: source.sender }));
  return problems;
}
