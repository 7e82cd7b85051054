/** Set when the agent is bundled; an agent that runs from the checkout says so. */
declare const HUILIU_AGENT_VERSION: string | undefined;

export function agentVersion(): string {
  return typeof HUILIU_AGENT_VERSION === 'string' ? HUILIU_AGENT_VERSION : 'checkout';
}
