import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FarRecord, FarRecords } from '../../src/journey/collect/far-records.js';

const password = 'only-for-the-finance-system';
const path = '/k3cloud/Kingdee.BOS.WebApi.ServicesStub';

/**
 * A finance system in miniature: 金蝶云星空 as its WebAPI is documented. Login by cookie, pages by `StartRow`, filters by day. What it
 * refuses it repeats word for word, as such systems do.
 */
export async function startFakeRecords(): Promise<FarRecords> {
  const byDay = new Map<string, readonly FarRecord[]>();
  let given = 0;
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const answer = answerTo(request, body, (cookie) => response.setHeader('set-cookie', cookie));
      if (answer === null) response.writeHead(404).end(`no such service: ${request.url}`);
      else response.setHeader('content-type', 'application/json; charset=utf-8').end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const feed = {
    ...{ name: 'sale', window_days: 3, form_id: 'SAL_OUTSTOCK', fields: ['day', 'id', 'customer', 'qty'] },
    filter: "FDate>='{from}' and FDate<'{to}'",
  };
  const addressed = (at: number) => ({ base_url: `http://127.0.0.1:${at}/k3cloud` });
  return {
    settings: {
      ...{ preset: 'kingdee', ...addressed(port), allow_private: true, account: '5f00', user: 'huiliu', password: 'env:FINANCE_PASSWORD' },
      ...{ timeout_seconds: 5, attempts: 1, requests_per_minute: 6000, feeds: [feed] },
    },
    secrets: { 'env:FINANCE_PASSWORD': password },
    wrongSecrets: { 'env:FINANCE_PASSWORD': 'not-this-one' },
    port,
    through: addressed,
    wrongQuestion: { base_url: `http://127.0.0.1:${port}/wrong` },
    feed: (over) => ({ feeds: [{ ...feed, ...over }] }),
    put: async (day, records) => void byDay.set(day, records),
    given: async () => given,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function answerTo(request: IncomingMessage, body: string, keep: (cookie: string) => void): string | null {
    if (request.url === `${path}.AuthService.ValidateUser.common.kdsvc`) {
      if ((JSON.parse(body) as { password?: string }).password !== password)
        return JSON.stringify({ LoginResultType: 0, Message: `用户名或密码错误: ${body}` });
      keep('kdservice-sessionid=abc; path=/');
      return JSON.stringify({ LoginResultType: 1 });
    }
    if (request.url !== `${path}.DynamicFormService.ExecuteBillQuery.common.kdsvc`) return null;
    if (request.headers.cookie !== 'kdservice-sessionid=abc')
      return JSON.stringify([[{ Result: { ResponseStatus: { IsSuccess: false, MsgCode: 1 } } }]]);
    const { FilterString, StartRow, Limit } = (JSON.parse(body) as { data: { FilterString: string; StartRow: number; Limit: number } })
      .data;
    const day = /'(\d{4}-\d{2}-\d{2})'/u.exec(FilterString)?.[1] ?? '';
    const page = [...(byDay.get(day) ?? [])].toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(StartRow, StartRow + Limit);
    given += page.length;
    // The amounts as JSON numbers with all their digits, which no JSON.stringify would write.
    return `[${page.map(({ id, customer, qty }) => `["${day}T00:00:00",${JSON.stringify(id)},${JSON.stringify(customer)},${qty}]`).join(',')}]`;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
