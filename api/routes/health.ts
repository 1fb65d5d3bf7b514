import { z } from 'zod';
import { messageOf } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import { isEmpty } from '#storage/registry.ts';
import type { Desk, Routes } from '../desk.ts';

const DEADLINE_MS = 3 * SECOND;

const storeView = z.object({ ok: z.boolean(), engine: z.string(), error: z.string().optional() });

const healthView = z
  .object({
    status: z.enum(['ok', 'failing']),
    versions: z.object({ polisgrid: z.string(), node: z.string() }),
    stores: z.object({ records: storeView, journal: storeView, series: storeView }),
    parts: z.object({
      ocpp: z.object({ connections: z.int() }),
      telemetry: z.object({ connections: z.int() }),
    }),
    lag: z.array(z.object({ consumer: z.string(), behind: z.int() })),
  })
  .meta({ id: 'Health' });

export const health: Routes = (app, desk) => {
  app.get(
    '/health',
    {
      config: { access: 'public' },
      schema: {
        tags: ['server'],
        summary: 'Whether every store answers; 503 when one does not',
        response: { 200: healthView, 503: healthView },
      },
    },
    async (_request, reply) => {
      const { parts, options } = desk;
      const stores = await checkStores(desk);
      const isWell = Object.values(stores).every(({ ok }) => ok);
      return reply.code(isWell ? 200 : 503).send({
        status: isWell ? 'ok' : 'failing',
        versions: { polisgrid: options.version, node: process.versions.node },
        stores,
        parts: {
          ocpp: { connections: parts.ocpp.connectionCount() },
          telemetry: { connections: parts.telemetry.connectionCount() },
        },
        lag: stores.journal.ok ? await parts.telemetry.lag() : [],
      });
    },
  );
};

async function checkStores({ stores, ground }: Desk) {
  const now = ground.clock.now();
  const check = async (engine: string, ask: Promise<unknown>): Promise<z.infer<typeof storeView>> => {
    const enough = new AbortController();
    const late = ground.clock
      .sleep(DEADLINE_MS, enough.signal)
      .then(() => ({ ok: false, error: 'No answer in time.' }));
    const answer = ask.then(
      () => ({ ok: true }),
      (error: unknown) => ({ ok: false, error: messageOf(error) }),
    );
    const found = await Promise.race([answer, late]);
    enough.abort();
    return { engine, ...found };
  };
  const [records, journal, series] = await Promise.all([
    check(stores.records.engine, stores.records.run(isEmpty, undefined)),
    check('sqlite', stores.journal.head('frames')),
    check(stores.series.engine, stores.series.query({ devices: ['health'], metric: 'W', from: now - SECOND, to: now })),
  ]);
  return { records, journal, series };
}
