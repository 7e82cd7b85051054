import { type CanActivate, type ExecutionContext, ForbiddenException, Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Hub } from '../../app/hub.js';
import { type Caller, findCaller } from '../../db/api-key-store.js';
import { message } from '../../model/message.js';
import type { Right } from '../../model/right.js';
import { HUB } from '../hub.module.js';
import { needsRight } from './needs-right.js';

/** What a handler finds in its request: `@Req() request: ApiRequest`. */
export interface ApiRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Set by the guard on every route that needs a right. */
  caller?: Caller;
}

/**
 * Stands before every route. The key comes as `Authorization: Bearer KEY`, as `X-Api-Key: KEY`, or as the password of basic
 * authentication (for programs that know only addresses such as `https://any:KEY@host/`).
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const right = this.reflector.getAllAndOverride<Right | 'open' | undefined>(needsRight, [context.getHandler(), context.getClass()]);
    if (right === 'open') return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const key = keyOf(request.headers);
    const caller = key === null ? null : await findCaller(this.hub.database, key);
    if (!caller) throw new UnauthorizedException(message('api.no-key'));
    if (right === undefined || !caller.rights.includes(right)) {
      throw new ForbiddenException(message('api.no-right', { key: caller.name, right: right ?? '—', rights: caller.rights.join(', ') }));
    }
    request.caller = caller;
    return true;
  }
}

/** The key of a request, wherever it stands among the headers; null when there is none. */
export function keyOf(headers: ApiRequest['headers']): string | null {
  const [, scheme = '', rest = ''] = /^(\S+)\s+(\S+)$/.exec(headers['authorization'] ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return rest;
  if (scheme.toLowerCase() === 'basic') return Buffer.from(rest, 'base64').toString('utf8').split(':').slice(1).join(':') || null;
  return headers['x-api-key'] ?? null;
}
