import type { Database } from '../../db/database.js';
import type { DeliveryJob, DeliveryJobResult } from '../../delivery-child.js';
import type { ChildPool } from '../../jobs/child-pool.js';
import type { Connector } from '../../journey/collect/connector.js';
import type { LandingJournal } from '../../journey/land/landing-journal.js';
import type { LandingStore } from '../../journey/land/landing-store.js';
import type { Dictionary } from '../../journey/map/dictionary.js';
import type { Layout } from '../../journey/map/layout.js';
import type { StepProgress } from '../hub.js';
import type { HubMatcher } from '../hub-matcher.js';
import type { SecretStore } from '../secrets/secret-store.js';

/** What the steps work with; built once by `openHub`. */
export interface StepTools {
  readonly database: Database;
  readonly landing: LandingStore & LandingJournal;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly layouts: ReadonlyMap<string, Layout>;
  readonly dictionary: Dictionary;
  readonly children: ChildPool<DeliveryJob, DeliveryJobResult>;
  readonly matcher: HubMatcher;
  readonly secrets: SecretStore;
  /** Scratch space for spools; emptied when the hub opens. */
  readonly spoolFolder: string;
  tell(progress: StepProgress): void;
  ring(): void;
}
