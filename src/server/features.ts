import type { Type } from '@nestjs/common';
import { AgentsModule } from './agents/agents.module.js';
import { FiguresModule } from './figures/figures.module.js';
import { HealthModule } from './health/health.module.js';
import { ChangeRequestsModule } from './master/change-requests.module.js';
import { CrosswalkModule } from './master/crosswalk.module.js';
import { DuplicatesModule } from './master/duplicates.module.js';
import { WaitingNamesModule } from './master/waiting-names.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { PortalModule } from './portal/portal.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { ShareModule } from './share/share.module.js';
import { UploadsModule } from './uploads/uploads.module.js';

/** What every process offers that listens: for those who watch it. */
export const watchFeatures: readonly Type[] = [HealthModule, MetricsModule];

/** What `huiliu serve` offers: one Nest module per feature. To add one, add its line here. */
export const features: readonly Type[] = [
  ...watchFeatures,
  // candidates for names, as OpenRefine and others ask for them
  ReconciliationModule,
  // distributors' agents: they enrol, report and send here
  AgentsModule,
  // files that people hand in, by programs or by a link
  UploadsModule,
  // the master for other systems
  ShareModule,
  // changes of the master that programs ask for
  ChangeRequestsModule,
  // what keys of systems meant, by day and by what was known
  CrosswalkModule,
  // names of customers that rows wait for
  WaitingNamesModule,
  // customers that may be one, overrides that ended
  DuplicatesModule,
  // figures of a month
  FiguresModule,
  // what all of this is, for programs
  OpenApiModule,
  // what portals ask a person, and pages of theirs that have changed
  PortalModule,
];
