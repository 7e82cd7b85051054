import type { ClaimLimits } from '../../db/claim-stage.js';
import type { Database } from '../../db/database.js';
import type { Stage } from '../../db/stage-store.js';
import type { DeliveryJob, DeliveryJobResult } from '../../delivery-child.js';
import type { ChildPool } from '../../jobs/child-pool.js';
import type { Connector } from '../../journey/collect/connector.js';
import type { LandingJournal } from '../../journey/land/landing-journal.js';
import type { LandingStore } from '../../journey/land/landing-store.js';
import type { Dictionary } from '../../journey/map/dictionary.js';
import type { Layout } from '../../journey/map/layout.js';
import type { HubMatcher } from '../hub-matcher.js';
import type { SecretStore } from '../secrets/secret-store.js';
import type { StepProgress } from '../step-progress.js';

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
  /** How many steps of a kind this process works on at the same time. */
  readonly lanes: Readonly<Record<Stage, number>>;
  /** What holds over all processes. */
  readonly limits: ClaimLimits;
  /** A collection that takes longer is stopped, unless its source says otherwise. */
  readonly collectMinutes: number;
  tell(progress: StepProgress): void;
  ring(): void;
}
