import { Controller, Get, Inject, Module, Req, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { OpenToAll } from '../access/needs-right.js';
import { languageOf } from '../language-of.js';
import { buildOpenApi } from './build-openapi.js';
import { Described } from './described.js';

/** `/v1/openapi.json`: what this process answers, for programs that make clients of it. Anybody may read it: it tells of routes, not of data. */
@Controller('v1')
@OpenToAll()
class OpenApiController {
  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  @Described({ about: 'route.openapi', answer: { openapi: '3.1.0', info: {}, paths: {}, components: {} } })
  @Get('openapi.json')
  document(@Req() request: { readonly headers: Readonly<Record<string, string | undefined>> }) {
    const controllers = [...this.modules.values()].flatMap((module) =>
      [...module.controllers.values()].map(({ metatype }) => metatype as Type),
    );
    return buildOpenApi(controllers, languageOf(request));
  }
}

@Module({ controllers: [OpenApiController] })
export class OpenApiModule {}
