import { Controller, Get, Inject, Module, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Hub } from '../../app/hub.js';
import { readCrosswalkAsOf } from '../../db/master/read-crosswalk.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { NeedsRight } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { Described } from '../openapi/described.js';
import { parseRequest } from '../parse-request.js';

const question = z.strictObject({
  /** `system/key`, `system/role/key`, or a record: our number, a code, a name. */
  of: z.string().min(1).max(200),
  asOf: z.iso.date().optional(),
  knownAt: z.iso.datetime({ offset: true }).optional(),
});

/** `/v1/crosswalk?of=finance/C001&asOf=2026-05-31&knownAt=2026-06-30T00:00:00Z`: what a key meant on a day, as far as was known at a moment (docs/master.md). */
@Controller('v1/crosswalk')
class CrosswalkController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  /** Today and now, unless the question says otherwise. Empty when the key is known and meant nothing then. */
  @Described({
    about: 'route.crosswalk',
    query: question,
    example: { query: { of: 'finance/C001', asOf: '2026-05-31' } },
    answer: {
      ...{ of: 'finance/C001', asOf: '2026-05-31', knownAt: null },
      meant: [
        {
          ...{ role: '', system: 'finance', key: 'C001', no: 'KH0000017', name: '长沙市第一医院', how: 'name' },
          ...{ survivor: { no: 'KH0000012', name: '长沙市第一人民医院' }, today: { no: 'KH0000012', name: '长沙市第一人民医院' } },
          ...{ validFrom: '-infinity', validUntil: 'infinity', knownFrom: '2026-01-01T19:04:05.123456Z', knownUntil: 'infinity' },
        },
      ],
    },
    refusals: { 'golden.no-such-key': 400 },
  })
  @Get()
  @NeedsRight('read')
  async find(@Query() query: unknown) {
    const { of, asOf = shanghaiDay(new Date()), knownAt = null } = parseRequest(question, query);
    return { of, asOf, knownAt, meant: await readCrosswalkAsOf(this.hub.database, of, { asOf, knownAt }) };
  }
}

@Module({ controllers: [CrosswalkController] })
export class CrosswalkModule {}
