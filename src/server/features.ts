import type { Type } from '@nestjs/common';
import { HealthModule } from './health/health.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';

/** What the server offers: one Nest module per feature. To add one, add its line here. */
export const features: readonly Type[] = [
  // health and readiness of this process
  HealthModule,
  // candidates for names, as OpenRefine and others ask for them
  ReconciliationModule,
];
