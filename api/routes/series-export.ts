import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { isoTime } from '#estate/units.ts';
import type { RowsQuery } from '#storage/series.ts';
import { csvLine } from '../csv.ts';
import type { Desk, Routes } from '../desk.ts';
import { flag, instant, metricName, siteId } from '../fields.ts';
import { rangeOf } from '../range.ts';
import { seriesDevices } from '../series-devices.ts';
import { deviceTypeName, seriesDevice } from './series.ts';

const MOST_METRICS = 50;
/** What a file has beside its metrics. */
const COLUMNS = ['time', 'site', 'device', 'type', 'not_good', 'received_at'];
const MOST_AT_ONCE = 4;

const querystring = z.strictObject({
  format: z.enum(['csv', 'parquet']).default('csv'),
  site: siteId.optional(),
  device: seriesDevice.optional(),
  type: deviceTypeName.optional(),
  metrics: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(metricName.refine(isNoColumn, 'A column is called so.')).min(1).max(MOST_METRICS))
    .meta({ description: 'Names with commas between: W,TotWhImp. Each becomes a column' }),
  from: instant.optional(),
  to: instant.optional(),
  synthetic: flag.optional().meta({ description: 'With what the simulated estate made; without it, that is left out' }),
});

export const seriesExport: Routes = (app, desk) => {
  let underWay = 0;
  app.get(
    '/v1/series/export',
    {
      exposeHeadRoute: false,
      config: { access: 'viewer' },
      schema: {
        tags: ['devices'],
        summary: 'What devices measured, as a file: the points as they came, in order of time',
        querystring,
        response: {
          200: {
            description:
              'time, site, device, type, a column for each metric; in CSV also which of them are not good; received_at, ' +
              'when it was received by the clock of the platform, to the second',
            content: { 'text/csv': { schema: z.string() }, 'application/vnd.apache.parquet': { schema: z.string() } },
          },
        },
      },
    },
    async ({ query }, reply) => {
      const asked = await rowsOf(desk, query);
      if (underWay >= MOST_AT_ONCE) {
        throw new PolisError('rate-limited', `${MOST_AT_ONCE} exports are under way; try again when one is done.`);
      }
      underWay += 1;
      reply.raw.once('close', () => (underWay -= 1));
      const marked = query.synthetic === true ? 'synthetic-' : '';
      const name = `series-${marked}${isoTime(asked.from).slice(0, 10)}.${query.format}`;
      void reply.header('content-disposition', `attachment; filename="${name}"`);
      return query.format === 'csv' ? sendCsv(desk, asked, reply) : sendParquet(desk, asked, reply);
    },
  );
};

/** Whether a metric is called as no column is: DuckDB does not tell upper from lower case. */
function isNoColumn(metric: string): boolean {
  return !COLUMNS.includes(metric.toLowerCase());
}

/** Which rows are meant: of real devices only, unless told. */
async function rowsOf(desk: Desk, query: z.infer<typeof querystring>): Promise<RowsQuery> {
  const { site, device, type, metrics } = query;
  if (site === undefined && device === undefined && type === undefined) {
    throw new PolisError('invalid', 'query/device: give a device, a site or a type.');
  }
  const { from, to } = rangeOf({ from: query.from, to: query.to }, desk.ground.clock.now());
  const known = await seriesDevices(desk, { site, type });
  const chosen = known.filter(({ id }) => device === undefined || id === device);
  const isLeftOut = (synthetic: boolean) => synthetic && query.synthetic !== true;
  if (chosen.length > 0 && chosen.every(({ synthetic }) => isLeftOut(synthetic))) {
    throw new PolisError('invalid', 'query/synthetic: these devices are simulated; add synthetic=true to export them.');
  }
  const devices = chosen.filter(({ synthetic }) => !isLeftOut(synthetic)).map(({ id }) => id);
  // A device that is not registered any more may have measured nevertheless.
  if (device !== undefined && devices.length === 0) devices.push(device);
  return { site, type, devices, metrics: [...new Set(metrics)], from, to };
}

async function sendCsv({ stores, parts }: Desk, asked: RowsQuery, reply: FastifyReply): Promise<FastifyReply> {
  await parts.telemetry.catchUp();
  const pages = stores.series.rows(asked)[Symbol.asyncIterator]();
  // Before anything is sent: a store that is away should answer as a problem, not as half a file.
  const first = await pages.next();
  async function* lines() {
    yield csvLine(['time', 'site', 'device', 'type', ...asked.metrics, 'not_good', 'received_at']);
    for (let page = first; !page.done; page = await pages.next()) {
      yield page.value.map((reading) => lineOf(reading, asked.metrics)).join('');
    }
  }
  return reply.type('text/csv; charset=utf-8').send(Readable.from(lines(), { objectMode: false }));
}

function lineOf({ ts, site, device, type, values, quality, receivedAt }: Reading, metrics: readonly string[]): string {
  const notGood = metrics
    .filter((metric) => Object.hasOwn(values, metric) && (quality?.[metric] ?? Quality.good) !== Quality.good)
    .map((metric) => `${metric}:${quality?.[metric]}`);
  const measured = metrics.map((metric) => (Object.hasOwn(values, metric) ? (values[metric] ?? null) : null));
  const received = receivedAt === undefined ? null : isoTime(receivedAt);
  return csvLine([isoTime(ts), site, device, type, ...measured, notGood.join(' '), received]);
}

async function sendParquet({ stores, parts }: Desk, asked: RowsQuery, reply: FastifyReply): Promise<FastifyReply> {
  await parts.telemetry.catchUp();
  const folder = await mkdtemp(join(tmpdir(), 'polisgrid-export-'));
  const discard = () => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, 'series.parquet');
    await stores.series.parquet(asked, file);
    const content = createReadStream(file);
    content.once('close', () => void discard());
    return await reply.type('application/vnd.apache.parquet').send(content);
  } catch (error) {
    await discard();
    throw error;
  }
}
