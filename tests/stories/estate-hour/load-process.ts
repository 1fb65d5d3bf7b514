import { setTimeout as wait } from 'node:timers/promises';
import { SECOND } from '#estate/units.ts';
import { polisEstate } from '#simulators/estate/polis.ts';
import { secretsFrom } from '#simulators/secrets.ts';
import { FIELD_KEY } from '../../platform/field.ts';
import type { Played, PlayOrder } from './load.ts';
import { added, createSiteLoad, emptyTally, type Manner, type SiteLoad } from './site-load.ts';

/** The gateways of a share of the sites, in a process of its own: connects them, then plays their hour when told to. */
const AT_ONCE = 50;
/** Messages of a site under way, on average: beyond that the platform sets the speed. */
const UNDER_WAY = 4;
const PATIENCE_MS = 120 * SECOND;
/** Of ten sites. */
const MANNERS: readonly Manner[] = [
  'steady',
  'steady',
  'steady',
  'loses-its-line',
  'steady',
  'repeats',
  'steady',
  'errs',
  'steady',
  'has-a-stranger',
];

process.once('message', async (order: PlayOrder) => {
  const loads = open(order);
  await inTurns(loads, ({ load }) => load.connect());
  await untilAcknowledged(loads);
  process.send?.({ ready: true });
  process.once('message', async () => {
    const played = await play(loads, order);
    for (const { load } of loads) load.close();
    process.send?.(played);
  });
});
process.on('disconnect', () => process.exit());

interface Player {
  load: SiteLoad;
  manner: Manner;
}

function open({ seed, sites, share, port, from, periodMs }: PlayOrder): Player[] {
  const secrets = secretsFrom(FIELD_KEY);
  const plans = polisEstate({ seed, sites }).sites;
  return plans.flatMap((plan, index) => {
    if (index % share.of !== share.index) return [];
    const manner = MANNERS[Math.floor(index / share.of) % MANNERS.length] ?? 'steady';
    const secret = secrets(`${plan.id}-gw`);
    return [{ manner, load: createSiteLoad({ plan, manner, seed, port, secret, from, periodMs }) }];
  });
}

/** Steps each site through the time, at most at the speed that was ordered. Sites that lose their line do so at a third. */
async function play(loads: readonly Player[], { from, steps, periodMs, speed }: PlayOrder): Promise<Played> {
  const stepMs = periodMs / speed;
  const [lostAt, backAt] = [Math.floor(steps / 3), Math.floor(steps / 2)];
  const beganAt = performance.now();
  const returns: Promise<void>[] = [];
  for (let step = 0; step < steps; step++) {
    for (const [index, { load, manner }] of loads.entries()) {
      const earlyMs = beganAt + (step + index / loads.length) * stepMs - performance.now();
      if (earlyMs > 1) await wait(earlyMs);
      if (index % AT_ONCE === 0) await roomFor(loads);
      if (manner === 'loses-its-line' && step === lostAt) load.loseLine();
      if (manner === 'loses-its-line' && step === backAt) returns.push(load.connect());
      load.step(from + step * periodMs);
    }
  }
  await Promise.all(returns);
  await untilAcknowledged(loads);
  const seconds = (performance.now() - beganAt) / SECOND;
  return { seconds, tally: loads.map(({ load }) => load.tally).reduce(added, emptyTally()) };
}

async function roomFor(loads: readonly Player[]): Promise<void> {
  while (waiting(loads) > UNDER_WAY * loads.length) await wait(2);
  // So that what was sent leaves, and PUBACKs are read.
  await new Promise((resolve) => setImmediate(resolve));
}

async function untilAcknowledged(loads: readonly Player[]): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS && waiting(loads) > 0; waited += 5) await wait(5);
}

function waiting(loads: readonly Player[]): number {
  return loads.reduce((sum, { load }) => sum + load.waiting(), 0);
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(work));
}
