import type { Alarm } from '#estate/alarm.ts';
import type { Cancel, Clock } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { Fact } from '#estate/fact.ts';
import { createFeed, type Feed } from '#estate/feed.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Site } from '#estate/site.ts';
import { SECOND } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import { createAnnunciator } from './alarms/annunciator.ts';
import { createConditions } from './alarms/conditions.ts';
import type { ConnectionSubject } from './alarms/rule.ts';
import { metersOf } from './budget.ts';
import { createPowerSharing } from './cycle.ts';
import { defaultAtBoot, holdersOf } from './defaults.ts';
import { listAlarms } from './records.ts';
import type { PowerDecision, SharingRules } from './share.ts';
import type { SendDefault, SendLimit, Sight } from './sight.ts';

export type { ChargingLoad, SendDefault, SendLimit, Sight, StandingEvse } from './sight.ts';
export type { PowerDecision, SharedLoad } from './share.ts';

/** The public face of the building's decisions. */
export interface Building {
  /** `alarm` and `power-shared`. */
  readonly facts: Feed<Fact>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes note of what happened: a session that begins is shared in at once, a faulted connector raises its alarm. */
  note(fact: Fact): void;
  alarms(query: { site?: SiteId; active?: boolean; limit: number }): Promise<Alarm[]>;
  /** The last decision of a site with its inputs and why; null when its power is not limited. */
  decision(site: SiteId): PowerDecision | null;
  /**
   * What each EVSE of a charger that has just booted is to be left as its default, A per phase; null where the power of
   * its site is not limited.
   */
  defaultLimitA(charger: DeviceId, site: SiteId): Promise<number | null>;
}

export interface BuildingParts {
  records: Records;
  sight: Sight;
  send: SendLimit;
  /** Without it, chargers keep the defaults that they have. */
  sendDefault?: SendDefault;
  ground: Ground;
}

export interface BuildingOptions extends Partial<SharingRules> {
  /** How often power is shared and alarms are looked at, ms; 10 s unless told. */
  periodMs?: number;
}

const PATIENCE_MS = 5 * SECOND;
/** Whose newest values are looked at in one go. */
const SITES_AT_ONCE = 50;

/** What the estate decides: the sharing of power at limited sites, and the alarms. */
export function createBuilding(parts: BuildingParts, options: BuildingOptions): Building {
  const { records, sight, ground } = parts;
  const { periodMs = 10 * SECOND, failSafeShare = 0.5, defaultA = 32 } = options;
  const rules = { failSafeShare, defaultA };
  const { clock, log } = ground;
  const facts = createFeed<Fact>((error) => log.error({ error: messageOf(error) }, 'A listener failed.'));
  const publish = (fact: Fact) => facts.publish(fact);
  const sharing = createPowerSharing({ ...parts, publish }, rules);
  const annunciator = createAnnunciator({ records, publish, ground });
  const conditions = createConditions();
  const underWay = new Set<Promise<void>>();
  let limited = new Map<SiteId, Site>();
  let stopTicking: Cancel | null = null;

  const shareAt = (site: Site) => {
    const run = sharing.run(site).finally(() => underWay.delete(run));
    underWay.add(run);
  };
  async function tick(): Promise<void> {
    annunciator.tick();
    const sites = await sight.sites();
    const now = clock.now();
    for (const subject of conditions.over(now)) annunciator.judge(subject);
    for await (const subject of connectionsOf(sites, sight, now)) annunciator.judge(subject);
    limited = new Map(sites.filter(({ gridLimitW }) => gridLimitW !== null).map((site) => [site.id, site]));
    sharing.keepOnly(new Set(limited.keys()));
    if (stopTicking) for (const site of limited.values()) shareAt(site);
  }
  const safeTick = () =>
    tick().catch((error: unknown) => log.error({ error: messageOf(error) }, 'The building could not look around.'));
  const judge = (fact: Fact) => {
    for (const subject of conditions.take(fact)) annunciator.judge(subject);
  };

  return {
    facts,
    async start() {
      const [standing] = await Promise.all([annunciator.load(), sharing.load()]);
      standing.forEach((alarm) => conditions.resume(alarm));
      for (const fact of (await sight.present?.()) ?? []) judge(fact);
      stopTicking = clock.every(periodMs, () => void safeTick());
      await safeTick();
    },
    async stop() {
      stopTicking?.();
      stopTicking = null;
      await patiently(clock, Promise.all([...underWay, annunciator.settled()]));
    },
    note(fact) {
      judge(fact);
      const site = limited.get(concerned(fact) ?? '');
      if (site && stopTicking) shareAt(site);
    },
    alarms: (query) => records.run(listAlarms, query),
    decision: (site) => sharing.decision(site),
    defaultLimitA: (charger, site) => defaultLimitA(charger, limited.get(site), { ...rules, sight }),
  };
}

/** Waits for what is under way, but not for ever. */
async function patiently(clock: Clock, done: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([done, clock.sleep(PATIENCE_MS, patience.signal)]);
  patience.abort();
}

async function defaultLimitA(
  charger: DeviceId,
  site: Site | undefined,
  { sight, failSafeShare, defaultA: mostA }: SharingRules & { sight: Sight },
): Promise<number | null> {
  if (site?.gridLimitW == null) return null;
  const standing = (await sight.standing?.(site.id)) ?? [];
  return defaultAtBoot(charger, holdersOf(standing), { budgetW: site.gridLimitW * failSafeShare, mostA });
}

/** The site whose cars are others now, or can be reached again. */
function concerned(fact: Fact): SiteId | null {
  const changes =
    fact.kind === 'session-began' ||
    fact.kind === 'session-ended' ||
    fact.kind === 'charger-online' ||
    fact.kind === 'charging-limit';
  return changes ? fact.site : null;
}

async function* connectionsOf(sites: readonly Site[], sight: Sight, at: number): AsyncGenerator<ConnectionSubject> {
  for (const [index, site] of sites.entries()) {
    // A few milliseconds, after which others have their turn.
    if (index % SITES_AT_ONCE === SITES_AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
    const subject = connectionOf(site, sight, at);
    if (subject) yield subject;
  }
}

function connectionOf({ id: site, gridLimitW }: Site, sight: Sight, at: number): ConnectionSubject | null {
  const readings = sight.measured(site);
  const meter = readings.find(({ type }) => type === 'grid-meter');
  if (!meter) return null;
  const gridW = metersOf(readings, at).grid?.powerW ?? null;
  return { kind: 'connection', device: meter.device, site, gridLimitW, gridW, at };
}
