import { describe, expect, it } from 'vitest';
import { seededRandom } from '#estate/random.ts';
import { describeEstate, type Fleet } from '#simulators/index.ts';
import { startField } from '../platform/field.ts';
import { eventually } from '../platform/http.ts';
import { startProcess, type PolisgridProcess } from '../platform/process.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import type { SessionView } from '../platform/views.ts';
import { freePort } from '../servers/server.ts';

/** How often the platform is killed: 10 times here, 100 times by `npm run test:crash`. */
const KILLS = Number(process.env['POLISGRID_TEST_KILLS'] ?? 10);

/** What had been confirmed to the simulated chargers when it was asked, and is not in the records afterwards. */
async function missing(fleet: Fleet, polisgrid: PolisgridProcess): Promise<string[]> {
  const truth = structuredClone(fleet.truth());
  const sessions = await polisgrid.admin.everything<SessionView>('/v1/sessions');
  const kept = new Map(sessions.map((session) => [`${session.charger} ${session.transaction}`, session]));
  return truth.flatMap(({ charger, confirmed, sessions: lived }) =>
    confirmed.flatMap(({ action, kind, session: id, transaction, at, registerWh }) => {
      const session = kept.get(`${charger} ${transaction}`);
      const what = `${charger} ${action} ${transaction} at ${new Date(at).toISOString()}`;
      if (!session) return [`${what}: no session`];
      if (kind === 'ended' && session.state !== 'ended') return [`${what}: the session is ${session.state}`];
      const startWh = lived.find((one) => one.session === id)?.startWh ?? Number.NaN;
      // Whole watt-hours at both ends: each may be off by half of one. A start that is not found fails here too.
      const told = session.energyWh >= registerWh - startWh - 1;
      return told ? [] : [`${what}: ${session.energyWh} Wh, but ${registerWh} Wh less ${startWh} Wh was confirmed`];
    }),
  );
}

/** Keeps cars coming and going, so that at each moment some transaction message is under way. */
function keepBusy(fleet: Fleet, tokens: readonly string[]): () => void {
  const random = seededRandom('busy');
  const timer = setInterval(() => {
    const charger = random.pick(fleet.chargers);
    if (charger.status(1) === 'Available') {
      charger.plugIn(1);
      void charger.authorise(1, random.pick(tokens));
    } else {
      charger.unplug(1);
    }
  }, 10);
  return () => clearInterval(timer);
}

describe('SIGKILL under load', () => {
  it(
    `loses no transaction message that was confirmed to a charger, ${KILLS} times`,
    { timeout: 240_000 + KILLS * 20_000 },
    async () => {
      await using folder = await temporaryFolder();
      const ports = {
        http: String(await freePort()),
        ocpp: String(await freePort()),
        mqtt: String(await freePort()),
      };
      const start = () => startProcess({ data: folder.path, ports, flags: ['--demo', 'off'] });
      const random = seededRandom('kill');
      let polisgrid = await start();
      await using _ = { [Symbol.asyncDispose]: () => polisgrid[Symbol.asyncDispose]() };
      const estate = describeEstate({ seed: 'crash', sites: 16 });
      await using fleet = await startField(polisgrid, estate);
      const cards = estate.tokens.filter(({ status }) => status === 'accepted').map(({ token }) => token);
      const rest = keepBusy(fleet, cards);
      try {
        for (let kill = 0; kill < KILLS; kill++) {
          await new Promise((resolve) => setTimeout(resolve, random.int(1_000, 3_000)));
          await polisgrid.kill();
          polisgrid = await start();
          expect(await missing(fleet, polisgrid)).toEqual([]);
        }
      } finally {
        rest();
      }
      const confirmed = fleet.truth().reduce((sum, truth) => sum + truth.confirmed.length, 0);
      expect(confirmed).toBeGreaterThan(50 * KILLS);

      // The cars leave; what had not been confirmed is told again, and nothing is there twice.
      for (const charger of fleet.chargers) charger.unplug(1);
      await eventually(
        () => Promise.resolve(fleet.truth().reduce((sum, truth) => sum + truth.queued.length, 0)),
        (queued) => queued === 0,
        150_000,
      );
      expect(await missing(fleet, polisgrid)).toEqual([]);
      const sessions = await polisgrid.admin.everything<SessionView>('/v1/sessions');
      expect(new Set(sessions.map(({ charger, transaction }) => `${charger} ${transaction}`)).size).toBe(
        sessions.length,
      );
      expect(fleet.truth().flatMap(({ refused }) => refused)).toEqual([]);
      await polisgrid.stop();
    },
  );
});
