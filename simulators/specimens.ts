import { scaledClock, systemClock } from '#estate/clock.ts';
import { MINUTE } from '#estate/units.ts';
import { createCar } from './car.ts';
import { describeEstate } from './estate/describe.ts';
import type { EstatePlan, Protocol } from './estate/plan.ts';
import { type Fleet, type FleetOptions, type SimulatedCharger, startEstate } from './fleet.ts';
import { type CentralSystem, startCentralSystem } from './specimen-central-system.ts';

/** For tests: simulated chargers before a central system over real sockets, under a clock in a hurry. */

/** A central system, and fleets that end with the test. */
export interface TestBed extends AsyncDisposable {
  central: CentralSystem;
  fleet(options: Partial<FleetOptions> & { estate: EstatePlan }): Promise<Fleet>;
  /** A fleet of one healthy AC charger, connected. */
  charger(protocol: Protocol, options?: Partial<FleetOptions>): Promise<SimulatedCharger>;
}

export const estate = describeEstate({ seed: 1, sites: 10 });

/** An estate with but one charger, of that version. */
export function estateOfOne(protocol: Protocol): EstatePlan {
  const fitting = estate.chargers.filter(
    (each) => each.protocol === protocol && !each.fault && !each.dc && each.phases === 3,
  );
  return { ...estate, chargers: fitting.slice(0, 1) };
}

/** A car that follows its offer at once. */
export const promptCar = () => createCar({ delayMs: 0 });

export async function createTestBed(): Promise<TestBed> {
  const central = await startCentralSystem();
  const fleets: Fleet[] = [];
  const fleet: TestBed['fleet'] = async (options) => {
    const started = await startEstate({
      ocppUrl: central.url,
      secrets: (id) => `secret-of-${id}`,
      clock: scaledClock({ startMs: systemClock.now(), speed: 10 }),
      meterIntervalS: 1,
      ...options,
    });
    fleets.push(started);
    return started;
  };
  return {
    central,
    fleet,
    async charger(protocol, options = {}) {
      const { chargers } = await fleet({ estate: estateOfOne(protocol), ...options });
      if (!chargers[0]) throw new Error('The estate has no such charger.');
      return chargers[0];
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(fleets.map((each) => each.stop()));
      await central[Symbol.asyncDispose]();
    },
  };
}

/** Waits until something holds, at most a minute. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (const giveUp = systemClock.now() + MINUTE; !holds(); await systemClock.sleep(5)) {
    if (systemClock.now() > giveUp) throw new Error(`It never came to be that ${what}.`);
  }
}
