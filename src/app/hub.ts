import type { EventEmitter } from 'node:events';
import type { ClaimLimits } from '../db/claim-stage.js';
import type { Database } from '../db/database.js';
import type { NewSource, Source } from '../db/source-store.js';
import type { Upload } from '../db/upload-store.js';
import type { Connector, SourceIo } from '../journey/collect/connector.js';
import type { LandingStore } from '../journey/land/landing-store.js';
import type { RunReport } from '../model/run-report.js';
import type { BackfillOrder, BackfillOutcome } from './backfill-order.js';
import type { HubHistory } from './history/hub-history.js';
import type { HubMatcher } from './hub-matcher.js';
import type { RunOrder, StartedRun } from './run-order.js';
import type { SchedulerOptions } from './scheduler/run-scheduler.js';
import type { Settings } from './settings.js';
import type { StepProgress } from './step-progress.js';
import type { StepTools } from './steps/step-tools.js';
import type { StepEnd } from './steps-of.js';
import type { UploadOrder } from './uploads/receive-upload.js';
import type { Worker, WorkerOptions } from './worker.js';

/** The hub as the command line and, later, the API see it. Made by `openHub(settings)`; `close()` releases everything. */
export interface Hub {
  readonly settings: Settings;
  readonly databaseUrl: string;
  readonly database: Database;
  readonly landing: LandingStore;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly matcher: HubMatcher;
  /** Emits `step` while a step is worked on, and `end` after every attempt. */
  readonly progress: EventEmitter<{ step: [StepProgress]; end: [StepEnd] }>;
  /** What a connector may touch when a person tries out a source. */
  ioOf(source: Pick<Source, 'id' | 'code'>, signal: AbortSignal): SourceIo;
  /** Checks connector, settings, layouts and sender, all mistakes together, then saves. */
  saveSource(source: NewSource): Promise<Source>;
  /** Proves address, credentials and rights of a source. */
  testSource(code: string): Promise<void>;
  /** Opens a run and adds its steps, in the given transaction or in one of its own; whoever claims them works them off. */
  startRun(order: RunOrder, transaction?: Database): Promise<StartedRun>;
  /** How many steps of a kind this process works on at the same time, and what holds over all processes. */
  readonly lanes: StepTools['lanes'];
  readonly limits: ClaimLimits;
  /** Works on the steps of all runs until it is stopped. */
  startWorker(options: Pick<WorkerOptions, 'log' | 'openBell'>): Worker;
  /** One night: collect from the sources, load, match. Takes up an interrupted run of the same day. */
  runNightly(options: { businessDate: string; sources?: readonly string[]; occasion?: string; signal?: AbortSignal }): Promise<RunReport>;
  /** Looks what is due and starts it, watches incidents and sends alerts, until told to stop. It works on no steps. */
  runScheduler(options: Omit<SchedulerOptions, 'duties'>): Promise<void>;
  /** Collects again for a range of business days, through the slots of the schedule. */
  runBackfill(options: BackfillOrder & { signal?: AbortSignal }): Promise<BackfillOutcome>;
  /** One file by hand, as a delivery of a source. */
  importFile(options: { path: string; source: string; signal?: AbortSignal }): Promise<RunReport>;
  /** A file that a person hands in: landed, read and compared, without effect until it is taken. */
  receiveUpload(order: Omit<UploadOrder, 'signal'> & { signal?: AbortSignal }): Promise<Upload>;
  /** Makes a waiting upload a delivery and loads it. */
  takeUpload(options: { id: string; by: string; why: string; signal?: AbortSignal }): Promise<RunReport>;
  refuseUpload(options: { id: string; by: string; why: string }): Promise<void>;
  /** The import of history: files of a system that are looked at, loaded and taken back together. */
  readonly history: HubHistory;
  /** Loads a held delivery again: with the layouts of today, and with the given gates waived by a person. */
  releaseDelivery(options: {
    deliveryId: string;
    waive: readonly string[];
    by: string;
    why: string;
    signal?: AbortSignal;
  }): Promise<RunReport>;
  /** The largest resident size of any decoding child so far, in bytes. */
  peakChildRssBytes(): number;
  close(): Promise<void>;
}
