import { nodesOf } from '../estate/nodes.ts';
import type { EstatePlan } from '../estate/plan.ts';
import { FAULTS } from '../faults/list.ts';
import type { Wrong } from '../scenario/wrongs.ts';
import type { Order, Scenario, StageFault } from '../scenario/scenario.ts';
import { EVERYONE, type Selection } from '../scenario/selection.ts';
import { type Befallen, befallenBy } from './befallen.ts';
import { chosen } from './chosen.ts';
import { estateOf } from './estate-of.ts';

type Path = Wrong['path'];

/** Those of one kind that a scenario may name. */
interface Population {
  /** As a scenario says it: `chargers`. */
  key: 'sites' | 'chargers' | 'gateways';
  ids: ReadonlySet<string>;
}

/**
 * Draws the estate of a scenario, and tells of all that would do nothing in it: faults and orders that befall nobody, and
 * ids that nobody has.
 */
export function futile(scenario: Scenario): Wrong[] {
  const estate = estateOf(scenario);
  const befallen = befallenBy(scenario, estate);
  const everyone = populations(estate);
  return scenario.stages.flatMap(({ faults, orders }, stage) => [
    ...faults.flatMap((fault, n) =>
      futileFault(fault, { befallen: befallen.get(fault), everyone, path: ['stages', stage, 'faults', n] }),
    ),
    ...orders.flatMap((order, n) => futileOrder(order, { estate, everyone, path: ['stages', stage, 'orders', n] })),
  ]);
}

function populations({ sites, chargers }: EstatePlan): Population[] {
  const ids = (all: readonly { id: string }[]) => new Set(all.map(({ id }) => id));
  return [
    { key: 'sites', ids: ids(sites) },
    { key: 'chargers', ids: ids(chargers) },
    { key: 'gateways', ids: ids(sites.flatMap(nodesOf)) },
  ];
}

function futileFault(
  { fault, on }: StageFault,
  { befallen, everyone, path }: { befallen: Befallen | undefined; everyone: Population[]; path: Path },
): Wrong[] {
  const befalls = FAULTS.find(({ name }) => name === fault)?.befalls ?? [];
  const isNamed = on !== EVERYONE;
  if (befalls.length === 0)
    return isNamed ? [{ path: [...path, 'on'], message: `${fault} befalls the platform itself: it has no "on"` }] : [];
  const wrongs = everyone.flatMap((population) => unknownIds(population, on[population.key], [...path, 'on']));
  if (wrongs.length > 0) return wrongs;
  const parts = (['chargers', 'gateways'] as const).filter((key) => isChosen(on[key]) && befallen?.[key].size === 0);
  if (parts.length > 0) return parts.map((key) => ({ path: [...path, 'on', key], message: nobody(befalls, everyone) }));
  if (befallen && befallen.chargers.size + befallen.gateways.size > 0) return [];
  return [{ path: [...path, isNamed ? 'on' : 'fault'], message: nobody(befalls, everyone) }];
}

function futileOrder(
  { on }: Order,
  { estate, everyone, path }: { estate: EstatePlan; everyone: Population[]; path: Path },
): Wrong[] {
  const wrongs = everyone.flatMap((population) =>
    population.key === 'chargers' ? unknownIds(population, on, [...path, 'on']) : [],
  );
  if (wrongs.length > 0 || chosen(estate.chargers, on, '').length > 0) return wrongs;
  return [{ path: [...path, 'on', 'chargers'], message: nobody(['charger'], everyone) }];
}

/** Some are meant, rather than all or none. */
function isChosen({ kind }: Selection): boolean {
  return kind !== 'all' && kind !== 'none';
}

function unknownIds({ key, ids: known }: Population, selection: Selection, path: Path): Wrong[] {
  if (selection.kind !== 'those') return [];
  const unknown = (selection.ids ?? []).filter((id) => !known.has(id));
  if (unknown.length === 0) return [];
  const [one] = known;
  const expected = one === undefined ? `the estate has no ${key}` : `ids of ${key} are expected, as ${one}`;
  return [{ path: [...path, key, 'id'], message: `${expected}; there is no ${unknown.join(' and no ')}` }];
}

function nobody(befalls: readonly string[], everyone: Population[]): string {
  const counts = everyone
    .filter(({ key }) => befalls.some((one) => `${one}s` === key))
    .map(({ key, ids }) => `${ids.size === 0 ? 'no' : ids.size} ${key}`);
  return `somebody whom it can befall is expected: the estate has ${counts.join(' and ')}`;
}
