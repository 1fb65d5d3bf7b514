import type { DeviceId } from '#estate/ids.ts';
import { MINIMUM_CURRENT_A, powerOf } from '#estate/units.ts';
import type { ChargingLoad, StandingEvse } from './sight.ts';

/** A charger with what its default profile allows each of its EVSEs, A per phase; null: it holds none. */
export interface DefaultHolder {
  charger: DeviceId;
  evses: number;
  online: boolean;
  defaultA: number | null;
}

/** A car may charge on three phases. */
const PHASES = 3;

/**
 * Shares a budget among the default profiles of a site's chargers, so that all of them together respect it: this is what
 * holds when the server is gone. Who is cut off keeps the default it has. Where 6 A for each do not fit, the first have
 * 6 A and the others nothing.
 *
 * @returns A per phase for each EVSE, in whole amperes, by charger.
 */
export function shareDefaults(
  holders: readonly DefaultHolder[],
  { budgetW, mostA }: { budgetW: number; mostA: number },
): Map<DeviceId, number> {
  const inOrder = holders.toSorted((one, other) => (one.charger < other.charger ? -1 : 1));
  return shareOut(inOrder, Math.floor(budgetW / powerOf(1, PHASES)), Math.floor(mostA));
}

function shareOut(holders: readonly DefaultHolder[], budgetA: number, mostA: number): Map<DeviceId, number> {
  const evenA = Math.min(mostA, Math.max(0, Math.floor(budgetA / total(holders, ({ evses }) => evses))));
  // Where there is not enough for all, nothing is set aside for who is cut off beyond what it has.
  const spareA = evenA < MINIMUM_CURRENT_A ? -1 : evenA;
  const keeps = ({ online, defaultA }: DefaultHolder) => !online && defaultA !== null && defaultA > spareA;
  const keeping = holders.filter(keeps);
  if (keeping.length > 0) {
    const leftA = budgetA - total(keeping, ({ evses, defaultA }) => evses * (defaultA ?? 0));
    const others = holders.filter((one) => !keeps(one));
    const kept = keeping.map(({ charger, defaultA }): [DeviceId, number] => [charger, defaultA ?? 0]);
    return new Map([...kept, ...shareOut(others, leftA, mostA)]);
  }
  if (evenA >= MINIMUM_CURRENT_A) return new Map(holders.map(({ charger }) => [charger, evenA]));
  let leftA = budgetA;
  return new Map(
    holders.map(({ charger, evses }) => {
      const leastA = evses * MINIMUM_CURRENT_A;
      if (leastA > leftA) return [charger, 0];
      leftA -= leastA;
      return [charger, MINIMUM_CURRENT_A];
    }),
  );
}

function total(holders: readonly DefaultHolder[], value: (holder: DefaultHolder) => number): number {
  return holders.reduce((sum, holder) => sum + value(holder), 0);
}

/**
 * The defaults to send now: those that must fall, and only when none must fall any more those that may rise. A charger
 * without one, whatever it draws, is told at once.
 */
export function dueDefaults(
  holders: readonly DefaultHolder[],
  shares: ReadonlyMap<DeviceId, number>,
): { charger: DeviceId; limitA: number }[] {
  const due = holders.flatMap(({ charger, online, defaultA }) => {
    const limitA = shares.get(charger);
    return online && limitA !== undefined && limitA !== defaultA ? [{ charger, limitA, before: defaultA }] : [];
  });
  const falling = due.filter(({ limitA, before }) => before === null || limitA < before);
  return (falling.length > 0 ? falling : due).map(({ charger, limitA }) => ({ charger, limitA }));
}

/**
 * The default to leave on a charger that has just booted; null: it is not of this site. It may have forgotten the one it
 * had; more than that it gets only once the others have let go.
 */
export function defaultAtBoot(
  charger: DeviceId,
  holders: readonly DefaultHolder[],
  budget: { budgetW: number; mostA: number },
): number | null {
  const before = holders.find((one) => one.charger === charger)?.defaultA ?? Infinity;
  const shareA = shareDefaults(holders, budget).get(charger);
  return shareA === undefined ? null : Math.min(shareA, before);
}

/** The chargers of a site with the defaults that they hold. */
export function holdersOf(standing: readonly StandingEvse[]): DefaultHolder[] {
  return [...Map.groupBy(standing, ({ charger }) => charger)].map(([charger, evses]) => ({
    charger,
    evses: evses.length,
    online: evses.some(({ online }) => online),
    defaultA: defaultOf(evses),
  }));
}

function defaultOf(evses: readonly StandingEvse[]): number | null {
  const defaults = evses.map(({ defaultA }) => defaultA);
  return defaults.includes(null) ? null : Math.max(...defaults.map(Number));
}

/** The loads with what holds their EVSEs when no limit of ours does. */
export function withStanding(
  loads: readonly ChargingLoad[],
  standing: readonly StandingEvse[],
  ratedA: number,
): ChargingLoad[] {
  return loads.map((load) => {
    const stands = standing.find(({ charger, evse }) => charger === load.charger && evse === load.evse);
    if (!stands) return load;
    const { defaultA: fallbackA, externalA } = stands;
    const maxA = externalA === null ? load.maxA : Math.min(load.maxA ?? ratedA, externalA);
    return { ...load, fallbackA, ...(maxA === undefined ? {} : { maxA }) };
  });
}

/**
 * What cars may draw of whom nobody knows, W: on the free EVSEs of chargers that are cut off, up to their defaults.
 * Without a default nothing can be reserved: what is drawn there is seen by the grid meter.
 */
export function unseenW(standing: readonly StandingEvse[], loads: readonly ChargingLoad[]): number {
  return standing
    .filter(
      ({ online, charger, evse }) => !online && !loads.some((one) => one.charger === charger && one.evse === evse),
    )
    .reduce((sum, { defaultA, externalA }) => sum + powerOf(Math.min(defaultA ?? 0, externalA ?? Infinity), PHASES), 0);
}
