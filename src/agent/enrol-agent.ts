import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { HubError } from '../model/hub-error.js';
import { type Language, message } from '../model/message.js';
import { type AgentHome, type Identity, readIdentity, saveIdentity, settingsTemplate } from './agent-home.js';
import { openCounter } from './counter.js';
import { writeDurably } from './durable-file.js';
import { checkedUrl, createHubClient, HubRefusal } from './hub-client.js';
import { nextKey, useNextKey } from './key-pair.js';
import { lockHome } from './lock-home.js';

/**
 * Makes a key pair and has its public half enrolled; the private one never leaves this machine. The same code may be tried again after a
 * crash or a lost answer: the key is on disk before it is sent. What waits in the spool stays.
 */
export async function enrolAgent(
  home: AgentHome,
  given: {
    hub: string;
    code: string;
    again: boolean;
    caFile: string | null;
    insecureHttp: boolean;
    signal: AbortSignal;
    language: Language;
  },
): Promise<Identity> {
  const hub = checkedUrl(given.hub, given.insecureHttp).href;
  if (existsSync(home.path('identity.json')) && !given.again) {
    throw new HubError('config', message('agent.enrolled-already', { home: home.folder, agent: readIdentity(home).agent }));
  }
  const unlock = await lockHome(home);
  try {
    const ca = given.caFile === null ? null : readFileSync(given.caFile, 'utf8');
    const key = nextKey(home);
    const counter = openCounter(home.path('counter'));
    const client = createHubClient(
      { hub, agent: '', ca, insecureHttp: given.insecureHttp },
      () => key,
      () => counter.next(),
      given,
    );
    const body = Buffer.from(JSON.stringify({ code: given.code, publicKey: key.publicKey }));
    const { agent, title } = answerBody.parse(
      await client.ask('POST', 'enrol', body).catch((error: unknown) => {
        // A key that has ended at the hub would be refused for ever: the next try makes another.
        if (error instanceof HubRefusal && error.status === 403) rmSync(home.path('key-next.pem'), { force: true });
        throw error;
      }),
    );
    const identity = { hub, agent, title, ca, insecureHttp: given.insecureHttp };
    saveIdentity(home, identity);
    useNextKey(home);
    if (!existsSync(home.path('agent.yaml'))) writeDurably(home.path('agent.yaml'), settingsTemplate);
    return identity;
  } finally {
    await unlock();
  }
}

const answerBody = z.object({ agent: z.string(), title: z.string() });
