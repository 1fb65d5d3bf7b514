import { systemClock } from '#estate/clock.ts';
import { isoTime, SECOND } from '#estate/units.ts';
import { openWire, secretOf, type Wire } from '../../../ocpp-server/specimens/wire.ts';
import type { SessionView } from '../../platform/views.ts';
import type { FaultOn } from '../fault-table.ts';
import { TRUE, type Bed } from './bed.ts';

/** How many are connected when it is told to stop: 1,000 here, 5,000 by `npm run test:faults`. */
const CONNECTED = Number(process.env['POLISGRID_TEST_CONNECTED'] ?? 1_000);
/** What they say is let end (5 s), and so is the closing handshake (5 s); a busy machine takes its time. */
const MOST_MS = 60 * SECOND;
const AT_ONCE = 50;

/** Registers chargers and connects them, some at a time. */
async function connect(bed: Bed): Promise<Wire[]> {
  const { admin, ocppUrl } = bed.polisgrid();
  const port = Number(new URL(ocppUrl).port);
  // No limit is set here, so nobody is called who would not answer: that would take the stop ten seconds.
  const site = 'depot';
  await admin.put(`/v1/sites/${site}`, { name: 'Depot' });
  const ids = Array.from({ length: CONNECTED }, (_, n) => `STOP-${n}`);
  const wires: Wire[] = [];
  const work = async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      await admin.put(`/v1/chargers/${id}`, { site, secret: secretOf(id) });
      wires.push(await openWire(port, { id }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wires;
}

/** The transactions that were confirmed, of all that began at the moment of the stop. */
async function startEverywhere(wires: readonly Wire[]): Promise<string[]> {
  const answers = await Promise.all(
    wires.map((wire) => {
      const start = { connectorId: 1, idTag: 'CARD', meterStart: 0, timestamp: isoTime(systemClock.now()) };
      return Promise.race([wire.call('StartTransaction', start), wire.closed]);
    }),
  );
  return answers.flatMap((answer) => {
    if (typeof answer === 'number') return [];
    const [, , { transactionId }] = answer as [number, string, { transactionId: number }];
    return [String(transactionId)];
  });
}

export const STOP_FAULTS: FaultOn<Bed>[] = [
  {
    name: `clean stop with ${CONNECTED.toLocaleString('en')} connected, all of which say something`,
    async observe(bed) {
      await bed.begin();
      const wires = await connect(bed);
      const confirming = startEverywhere(wires);
      const startedAt = performance.now();
      const restarted = bed.restart();
      const codes = new Set(await Promise.all(wires.map(({ closed }) => closed)));
      const inTime = performance.now() - startedAt < MOST_MS;
      await restarted;
      const confirmed = await confirming;
      const sessions = await bed.polisgrid().admin.everything<SessionView>('/v1/sessions');
      const kept = new Set(sessions.map(({ transaction }) => transaction));
      const lost = confirmed.filter((transaction) => !kept.has(transaction)).length;
      bed.end();
      const told = await bed.account();
      return `${inTime ? 'ended in time' : 'took long'}, closed with ${[...codes].join(', ')}, ${lost} confirmed starts lost; ${told}`;
    },
    expected: `ended in time, closed with 1001, 0 confirmed starts lost; ${TRUE}`,
  },
];
