import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isoTime } from '#estate/units.ts';
import { openExchange, type Exchange } from '../specimens/exchange.ts';
import { openServer, TEN, type Specimen } from '../specimens/server.ts';

let specimen: Specimen;
let station: Exchange;
let count = 0;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());
beforeEach(async () => {
  station = await openExchange(specimen, { id: `S${++count}`, protocol: 'ocpp2.0.1' });
});

const reports = () => specimen.charging.customerReports.list(station.id);
const ask = (said: object, status = 'Accepted') =>
  station.command({ command: 'customer-information', token: 'CARD', ...said }, { status });
const tell = (requestId: unknown, seqNo: number, more: object) =>
  station.wire.call('NotifyCustomerInformation', { requestId, seqNo, generatedAt: isoTime(TEN), ...more });

describe('CustomerInformation:', () => {
  test('NotifyCustomerInformation: what the station tells in parts is joined', async () => {
    const { action, payload } = await ask({ clear: true });
    expect([action, payload]).toEqual([
      'CustomerInformation',
      {
        requestId: expect.any(Number) as number,
        report: true,
        clear: true,
        idToken: { idToken: 'CARD', type: 'Central' },
      },
    ]);
    await tell(payload['requestId'], 0, { data: 'Anna ', tbc: true });
    await tell(payload['requestId'], 1, { data: 'Rossi' });
    expect(await reports()).toMatchObject([{ text: 'Anna Rossi', complete: true, cleared: true, askedAt: TEN }]);
  });

  test('what was refused, only cleared, or never asked for is not kept', async () => {
    const { payload, result } = await ask({}, 'Invalid');
    expect(result.outcome).toBe('rejected');
    await tell(payload['requestId'], 0, { data: 'Anna' });
    const cleared = await ask({ report: false, clear: true });
    await tell(cleared.payload['requestId'], 0, { data: 'Anna' });
    expect(await tell(99, 0, { data: 'Anna' })).toMatchObject([3, expect.any(String), {}]);
    expect(await reports()).toEqual([]);
  });

  test('what it tells is not kept in the trace of messages', async () => {
    const { payload } = await ask({});
    await tell(payload['requestId'], 0, { data: 'Anna Rossi' });
    const frames = (await specimen.trace(station.id)).map(({ frame }) => frame);
    expect(frames.some((frame) => frame.includes('NotifyCustomerInformation'))).toBe(true);
    expect(frames.join()).not.toContain('Anna');
  });
});
