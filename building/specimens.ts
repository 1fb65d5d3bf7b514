import { handClock, type HandClock } from '#estate/clock.ts';
import type { ChargingLimit, CommandOutcome } from '#estate/command.ts';
import type { Fact } from '#estate/fact.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import type { Site } from '#estate/site.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import { openSqliteRecords } from '#storage/engines/sqlite/engine.ts';
import type { Records } from '#storage/records.ts';
import {
  createBuilding,
  type Building,
  type ChargingLoad,
  type SendDefault,
  type SendLimit,
  type Sight,
} from './index.ts';

/** For tests: a building over real records, in an estate that a test can change. */

/** The estate around a building. */
export interface Estate {
  sites: Site[];
  loads: ChargingLoad[];
  /** What the grid meter shows, W; null: it is silent. */
  gridW: number | null;
  /** What chargers answer to a limit; `accepted` unless told. */
  answers: Map<string, CommandOutcome | Error>;
}

/** A building and its estate, under a hand-cranked clock. */
export interface Scene extends Estate, AsyncDisposable {
  building: Building;
  clock: HandClock;
  /** What it has published since it was started. */
  facts: Fact[];
  /** The limits that it sent since this was last asked. */
  sent(): ChargingLimit[];
  /** The same as [charger, A]. */
  told(): [string, number][];
  /** Waits until the records have taken everything. */
  quiet(): Promise<void>;
  /** Cranks the clock, letting the building work every 10 s. */
  pass(durationMs: number): Promise<void>;
  /** Stops the building and starts another over the same records. */
  restart(more?: Partial<Sight>, sendDefault?: SendDefault): Promise<void>;
}

export const SCENE_START = Date.UTC(2026, 4, 1, 10);

export const barolo: Site = {
  id: 'barolo',
  name: 'Barolo',
  latitude: null,
  longitude: null,
  gridLimitW: 20_000,
  synthetic: true,
};

/** A car that takes nothing, so that the grid carries the building alone. */
export const car = (charger: string, more: Partial<ChargingLoad> = {}): ChargingLoad => ({
  charger,
  evse: 1,
  transaction: '42',
  session: `s-${charger}`,
  energyWh: 0,
  powerW: 0,
  measuredAt: SCENE_START - 1,
  startedAt: SCENE_START,
  online: true,
  ...more,
});

/** A building that is not yet started. The loads of the site `broken` cannot be had. */
export async function createScene(): Promise<Scene> {
  const modules = [new URL('./records.ts', import.meta.url).href];
  const records = await openSqliteRecords({ file: ':memory:', modules });
  const ground = { clock: handClock(SCENE_START), random: seededRandom(1), log: silentLog };
  const limits: ChargingLimit[] = [];
  const estate: Estate = { sites: [barolo], loads: [], gridW: 6_200, answers: new Map() };
  const built = (more: Partial<Sight> = {}, sendDefault?: SendDefault) => {
    const send: SendLimit = (limit) => {
      limits.push(limit);
      const answer = estate.answers.get(limit.charger) ?? 'accepted';
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ outcome: answer, response: null });
    };
    const sight = { ...sightOf(estate, ground.clock), ...more };
    const building = createBuilding({ records, sight, send, ground, ...(sendDefault && { sendDefault }) }, {});
    building.facts.listen((fact) => scene.facts.push(fact));
    return building;
  };
  const scene: Scene = Object.assign(estate, {
    building: built(),
    clock: ground.clock,
    facts: [],
    sent: () => limits.splice(0),
    told: () => limits.splice(0).map(({ charger, limitA }): [string, number] => [charger, limitA]),
    quiet: () => quiet(records),
    async pass(durationMs: number) {
      for (let leftMs = durationMs; leftMs > 0; leftMs -= 10 * SECOND) {
        await ground.clock.advance(Math.min(leftMs, 10 * SECOND));
        await quiet(records);
      }
    },
    async restart(more?: Partial<Sight>, sendDefault?: SendDefault) {
      await scene.building.stop();
      scene.facts = [];
      scene.building = built(more, sendDefault);
      await scene.building.start();
    },
    async [Symbol.asyncDispose]() {
      await scene.building.stop();
      await records.close();
    },
  });
  return scene;
}

function sightOf(estate: Estate, clock: HandClock): Sight {
  return {
    sites: () => Promise.resolve(estate.sites),
    loads: (site) => (site === 'broken' ? Promise.reject(new Error('no loads')) : Promise.resolve(estate.loads)),
    measured(site) {
      const [ts, powerW] = estate.gridW === null ? [SCENE_START - MINUTE, 0] : [clock.now(), estate.gridW];
      return [{ site, device: 'barolo-grid', type: 'grid-meter', ts, values: { W: powerW } }];
    },
  };
}

async function quiet(records: Records): Promise<void> {
  for (let still = 0; still < 10; still++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (records.pending() > 0) still = 0;
  }
}
