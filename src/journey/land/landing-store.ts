/** The bytes as they came, once, for ever: content-addressed and write-once. Disk today, any object store behind the same port. */
export interface LandingStore {
  /** Writes to a temp file while hashing, syncs, renames; nothing appears under its key before it is complete. Repeating is harmless. */
  put(bytes: AsyncIterable<Uint8Array>, limit: { readonly byteCount: number }): Promise<Landed>;
  /** A local path that can be read as a file. Throws a `bug` HubError when the object is missing. */
  path(sha256: string): Promise<string>;
  /** Re-hashes the stored bytes: true when they still are what their key says (I3). */
  verify(sha256: string): Promise<boolean>;
}

/** `sha256` in lower-case hex; `isNew` is false when the same bytes were stored before. */
export interface Landed {
  readonly sha256: string;
  readonly byteCount: number;
  readonly isNew: boolean;
}
