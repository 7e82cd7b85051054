/**
 * The far side of a connector, small enough to start in-process: what every `connectors/<kind>/fake.ts` offers the demo and the
 * acceptance suite, and what `test/servers/` offers for real servers.
 */
export interface FarSide {
  /** Complete settings for the connector, pointing at this far side. `stable_seconds` and the like are left at their defaults. */
  readonly settings: Record<string, unknown>;
  /** The values behind the secret references in `settings`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Values of the right shape that it refuses. */
  readonly wrongSecrets: Readonly<Record<string, string>>;
  /** Where it listens; null for a connector without a network. */
  readonly port: number | null;
  /** Puts a file there (by mail: sends a mail with one attachment). A name given as bytes is kept byte for byte. */
  put(name: string | Uint8Array, bytes: Uint8Array, modifiedAt?: Date): Promise<void>;
  stop(): Promise<void>;
}

export interface FarSideFile {
  readonly name: string | Uint8Array;
  readonly bytes: Uint8Array;
  readonly modifiedAt?: Date;
}
