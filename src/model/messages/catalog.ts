import { agentMessages } from './agent.js';
import { alertMessages } from './alert.js';
import { apiMessages } from './api.js';
import { auditMessages } from './audit.js';
import { connectMessages } from './connect.js';
import { decodeMessages } from './decode.js';
import { deskMessages } from './desk.js';
import { figuresMessages } from './figures.js';
import { goldenMessages } from './golden.js';
import { hubMessages } from './hub.js';
import { mapMessages } from './map.js';
import { masterMessages } from './master.js';
import { matchMessages } from './match.js';
import { portalMessages } from './portal.js';
import { postgresMessages } from './postgres.js';
import { problemMessages } from './problem.js';
import { routeMessages } from './route.js';
import { scheduleMessages } from './schedule.js';
import { shareMessages } from './share.js';
import { uploadMessages } from './upload.js';
import { validateMessages } from './validate.js';

/** Every text a person may read about a fault: what happened, where, which value, what was expected, what to do next. */
export const messageCatalog = {
  ...agentMessages,
  ...alertMessages,
  ...apiMessages,
  ...auditMessages,
  ...connectMessages,
  ...decodeMessages,
  ...deskMessages,
  ...figuresMessages,
  ...goldenMessages,
  ...hubMessages,
  ...mapMessages,
  ...masterMessages,
  ...matchMessages,
  ...portalMessages,
  ...postgresMessages,
  ...problemMessages,
  ...routeMessages,
  ...scheduleMessages,
  ...uploadMessages,
  ...shareMessages,
  ...validateMessages,
} as const satisfies Record<string, { readonly zh: string; readonly en: string }>;
