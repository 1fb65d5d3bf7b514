import { withoutGateways } from '../estate/nodes.ts';
import type { EstatePlan } from '../estate/plan.ts';
import { polisEstate } from '../estate/polis.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The estate that a scenario wants. */
export function estateOf({ seed, estate, fleet }: Pick<Scenario, 'seed' | 'estate' | 'fleet'>): EstatePlan {
  const plan = polisEstate({ seed, sites: estate.sites, chargers: estate.chargers, manners: fleet.manners });
  if (!estate.devices) return { ...plan, sites: plan.sites.map((site) => ({ ...site, devices: [] })) };
  return fleet.connections === 'gateways' ? plan : withoutGateways(plan);
}
