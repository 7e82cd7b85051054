import { RequestMethod, type Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { Right } from '../../model/right.js';
import { needsRight } from '../access/needs-right.js';
import { describedRoute, type RouteDescription } from './described.js';

/** One route as Nest serves it. */
export interface Route {
  readonly method: string;
  /** As OpenAPI writes it: `/v1/records/{no}`. */
  readonly path: string;
  readonly right: Right | 'open' | null;
  readonly status: number;
  readonly description: RouteDescription | null;
  /** The class and method, for tests that look at their arguments. */
  readonly controller: Type;
  readonly handler: string;
}

/** All routes of these controllers, by address and method. A method of a controller that is no route is left out. */
export function listRoutes(controllers: readonly Type[]): Route[] {
  return controllers.flatMap(routesOf).toSorted((a, b) => a.path.localeCompare(b.path, 'en') || a.method.localeCompare(b.method, 'en'));
}

function routesOf(controller: Type): Route[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((handler) => {
    const work = prototype[handler];
    if (typeof work !== 'function' || handler === 'constructor') return [];
    const read = (key: string): unknown => Reflect.getMetadata(key, work);
    if (read(METHOD_METADATA) === undefined) return [];
    const method = RequestMethod[read(METHOD_METADATA) as RequestMethod];
    const status = (read(HTTP_CODE_METADATA) as number | undefined) ?? (method === 'POST' ? 201 : 200);
    const right = (read(needsRight) ?? Reflect.getMetadata(needsRight, controller) ?? null) as Route['right'];
    const description = (read(describedRoute) ?? null) as RouteDescription | null;
    const bases = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
    const paths = [read(PATH_METADATA) as string | string[]].flat();
    return bases.flatMap((base) =>
      paths.map((path) => ({ method, path: addressOf(base, path), right, status, description, controller, handler })),
    );
  });
}

function addressOf(base: string, path: string): string {
  const parts = `${base}/${path}`.split('/').filter((part) => part !== '');
  return `/${parts.map((part) => part.replace(/^:(.+)$/u, '{$1}')).join('/')}`;
}
