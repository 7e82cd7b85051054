import { SetMetadata } from '@nestjs/common';
import type { Right } from '../../model/right.js';

export const needsRight = 'needs-right';

/** Who may call a route, or all routes of a controller: a key with this right. A route that says nothing is closed. */
export const NeedsRight = (right: Right) => SetMetadata(needsRight, right);

/** A route that tells nothing worth protecting and changes nothing: health. */
export const OpenToAll = () => SetMetadata(needsRight, 'open');
