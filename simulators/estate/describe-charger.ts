import type { Random } from '#estate/random.ts';
import type { ChargerPlan, Manner } from './plan.ts';

/** Three makers and their habits; the names are invented. */
const VENDORS = [
  { bootsOnReconnect: true, vendor: 'Brennero', models: 'BR', firmware: ['3.4.1', '3.5.0'], unit: 'Wh', modern: 0.2 },
  { bootsOnReconnect: true, vendor: 'Elettra', models: 'EL', firmware: ['1.18.2', '1.19.0'], unit: 'Wh', modern: 0.7 },
  {
    bootsOnReconnect: false,
    vendor: 'Levante',
    models: 'LV',
    firmware: ['2024.11', '2025.3'],
    unit: 'kWh',
    modern: 0.5,
  },
] as const;

const KINDS = [
  { share: 0.2, name: '7', phases: 1, maxA: 32, dc: false },
  { share: 0.35, name: '11', phases: 3, maxA: 16, dc: false },
  { share: 0.37, name: '22', phases: 3, maxA: 32, dc: false },
  { share: 0.08, name: '50DC', phases: 3, maxA: 72.5, dc: true },
] as const;

/** The n-th charger of a site, drawn from the mix of makers, powers and versions. */
export function describeCharger(random: Random, at: { site: string; n: number }): ChargerPlan {
  const kind = drawKind(random);
  const make = random.pick(VENDORS);
  const evses = !kind.dc && random.next() < 0.4 ? 2 : 1;
  return {
    id: `IT-PGR-${at.site}-${at.n}`,
    site: at.site,
    protocol: random.next() < make.modern ? 'ocpp2.0.1' : 'ocpp1.6',
    vendor: make.vendor,
    model: `${make.models}-${kind.name}${evses === 2 ? '-DUO' : ''}`,
    serial: `${make.models}${String(random.int(0, 9_999_999)).padStart(7, '0')}`,
    firmware: random.pick(make.firmware),
    evses,
    dc: kind.dc,
    phases: kind.phases,
    maxA: kind.maxA,
    rotation: random.int(0, 2),
    unit: make.unit,
    bootsOnReconnect: make.bootsOnReconnect,
    manner: 'plain',
    registersWh: Array.from({ length: evses }, () => random.int(50_000, 9_000_000)),
    fault: null,
  };
}

/** A maker's own habits. */
const MANNERS: Record<(typeof VENDORS)[number]['vendor'], Manner> = {
  Brennero: 'repeats-ids',
  Elettra: 'long-serials-wrong-clock',
  Levante: 'ignores-limits',
};

/** The same charger with the manner of its maker. */
export function withManner(charger: ChargerPlan): ChargerPlan {
  const make = VENDORS.find(({ vendor }) => vendor === charger.vendor);
  const manner = make ? MANNERS[make.vendor] : 'plain';
  const { serial, model, id } = charger;
  return { ...charger, manner, serial: manner === 'long-serials-wrong-clock' ? `${serial}/${model}/${id}` : serial };
}

function drawKind(random: Random): (typeof KINDS)[number] {
  let rest = random.next();
  for (const kind of KINDS) {
    rest -= kind.share;
    if (rest < 0) return kind;
  }
  return KINDS[0];
}
