import { nodesOf } from '../estate/nodes.ts';
import type { EstatePlan } from '../estate/plan.ts';
import { FAULTS } from '../faults/list.ts';
import type { Scenario, StageFault } from '../scenario/scenario.ts';
import { chosen } from './chosen.ts';

/** Whom a fault befalls, by id. */
export interface Befallen {
  chargers: ReadonlySet<string>;
  gateways: ReadonlySet<string>;
}

/** Whom each fault of a scenario befalls in its estate: of those who are chosen the ones to which it does anything. */
export function befallenBy(
  { seed, stages }: Pick<Scenario, 'seed' | 'stages'>,
  estate: EstatePlan,
): Map<StageFault, Befallen> {
  const faults = stages.flatMap((stage) => stage.faults);
  return new Map(faults.map((fault, number) => [fault, whom(fault, { estate, seed, number })]));
}

function whom(
  { on, fault, parameters }: StageFault,
  { estate, seed, number }: { estate: EstatePlan; seed: string; number: number },
): Befallen {
  const draw = `${seed}/befallen/${fault}/${number}`;
  const ids = (all: readonly { id: string }[]) => new Set(all.map(({ id }) => id));
  const places = estate.sites.map(({ id }) => ({ id, site: id }));
  const sites = ids(chosen(places, on.sites, `${draw}/sites`));
  const there = <T extends { site: string }>(all: readonly T[]) => all.filter(({ site }) => sites.has(site));
  const known = FAULTS.find(({ name }) => name === fault);
  const chargers = there(estate.chargers).filter((each) => known?.reachesCharger?.(each, parameters) ?? true);
  const gateways = there(estate.sites.flatMap(nodesOf)).filter(
    ({ devices }) => known?.reachesGateway?.(devices, parameters) ?? true,
  );
  return {
    chargers: ids(known?.befalls.includes('charger') ? chosen(chargers, on.chargers, `${draw}/chargers`) : []),
    gateways: ids(known?.befalls.includes('gateway') ? chosen(gateways, on.gateways, `${draw}/gateways`) : []),
  };
}
