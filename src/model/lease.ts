/**
 * How long a step belongs to a process that says nothing, and how often a living one says something. The database's clock counts.
 * Read from the environment here and not in the settings, because every process of a hub must agree; a test makes it short.
 */
const seconds = Number(process.env['HUILIU_LEASE_SECONDS'] ?? 60);

export const lease = { seconds, renewMs: seconds * 250 } as const;
