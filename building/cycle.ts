import type { CommandOutcome } from '#estate/command.ts';
import { messageOf } from '#estate/errors.ts';
import type { Fact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import type { SiteId } from '#estate/ids.ts';
import type { Site } from '#estate/site.ts';
import { MINUTE } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import { metersOf } from './budget.ts';
import { createDefaultKeeper } from './default-keeper.ts';
import { holdersOf, unseenW, withStanding } from './defaults.ts';
import { listDecisions, putDecision } from './records.ts';
import { share, type PowerDecision, type SharedLoad, type SharingRules } from './share.ts';
import type { SendDefault, SendLimit, Sight } from './sight.ts';

/** A limit lapses after this if nobody renews it: then the charger's default holds. */
const HOLDS_MS = 10 * MINUTE;
const RENEWED_BEFORE_MS = HOLDS_MS / 2;
/** A charger that did not take its limit is asked again after this. */
const ASKED_AGAIN_MS = MINUTE;

export interface PowerSharing {
  /** Reads the last decisions back, so that a restart goes on where it was. */
  load(): Promise<void>;
  /** Shares the power of a site anew; while it is being shared, once more after that. Never rejects. */
  run(site: Site): Promise<void>;
  decision(site: SiteId): PowerDecision | null;
  /** Forgets sites that are no longer limited; their limits lapse by themselves. */
  keepOnly(sites: ReadonlySet<SiteId>): void;
}

export interface PowerSharingParts {
  records: Records;
  sight: Sight;
  send: SendLimit;
  sendDefault?: SendDefault | undefined;
  publish: (fact: Fact) => void;
  ground: Ground;
}

/** The cycle of a site: read what is measured, decide, send what changed, remember what the chargers answered. */
export function createPowerSharing(parts: PowerSharingParts, rules: SharingRules): PowerSharing {
  const { records, sight, publish, ground } = parts;
  const decisions = new Map<SiteId, PowerDecision>();
  const running = new Map<SiteId, { again: Site | null }>();
  const defaults = createDefaultKeeper(parts, rules);

  async function cycle({ id: site, gridLimitW }: Site): Promise<void> {
    if (gridLimitW === null) return;
    const standing = (await sight.standing?.(site)) ?? [];
    const loads = withStanding(await sight.loads(site), standing, rules.defaultA);
    const now = ground.clock.now();
    const previous = decisions.get(site) ?? null;
    const meters = metersOf(sight.measured(site), now);
    const unseen = unseenW(standing, loads);
    const decision = share({ now, site, gridLimitW, meters, loads, unseenW: unseen, previous }, rules);
    decisions.set(site, decision);
    const sent = await sendChanges(decision, parts);
    if (sent || limitsOf(previous) !== limitsOf(decision)) await records.run(putDecision, decision);
    if (limitsOf(previous) !== limitsOf(decision)) publish(factOf(decision));
    defaults.settle(holdersOf(standing), gridLimitW * rules.failSafeShare);
  }

  return {
    async load() {
      for (const decision of await records.run(listDecisions, null)) decisions.set(decision.site, decision);
    },
    async run(site) {
      const under = running.get(site.id);
      if (under) {
        under.again = site;
        return;
      }
      const mine: { again: Site | null } = { again: site };
      running.set(site.id, mine);
      while (mine.again) {
        const next = mine.again;
        mine.again = null;
        try {
          await cycle(next);
        } catch (error) {
          ground.log.error({ site: site.id, error: messageOf(error) }, 'The power of a site could not be shared.');
        }
      }
      running.delete(site.id);
    },
    decision: (site) => decisions.get(site) ?? null,
    keepOnly(sites) {
      for (const site of decisions.keys()) if (!sites.has(site)) decisions.delete(site);
    },
  };
}

/**
 * Sends what is new or about to lapse, and writes the answers into the decision. Less comes first: only when every
 * charger that is to take less has said yes may others take more.
 */
async function sendChanges({ loads }: PowerDecision, parts: PowerSharingParts): Promise<boolean> {
  const now = parts.ground.clock.now();
  const expiresAt = commonExpiry(loads, now);
  const due = loads.filter((load) => isDue(load, now));
  const less = due.filter(({ held, limitA }) => held === null || held.expiresAt <= now || (limitA ?? 0) <= held.limitA);
  await Promise.all(less.map((load) => sendOne(load, expiresAt, parts)));
  if (less.some(({ refused }) => refused !== null)) return due.length > 0;
  await Promise.all(due.filter((load) => !less.includes(load)).map((load) => sendOne(load, expiresAt, parts)));
  return due.length > 0;
}

function isDue({ limitA, held, refused }: SharedLoad, now: number): boolean {
  if (limitA === null || (refused && now - refused.at < ASKED_AGAIN_MS)) return false;
  return held === null || held.limitA !== limitA || held.expiresAt - now <= RENEWED_BEFORE_MS;
}

/**
 * All limits of a site lapse at one instant: were some to lapse before others, defaults and limits would hold side by
 * side when the server is gone, and together exceed what either respects.
 */
function commonExpiry(loads: readonly SharedLoad[], now: number): number {
  const others = loads.flatMap(({ held }) => (held && held.expiresAt - now > RENEWED_BEFORE_MS ? held.expiresAt : []));
  return others.length > 0 ? Math.max(...others) : now + HOLDS_MS;
}

async function sendOne(load: SharedLoad, expiresAt: number, { send, ground }: PowerSharingParts): Promise<void> {
  const { charger, evse, transaction, phases, held, limitA } = load;
  if (limitA === null) return;
  const outcome = await send({ charger, evse, transaction, limitA, phases, expiresAt }).then(
    (result): CommandOutcome => result.outcome,
    (error: unknown): CommandOutcome => {
      ground.log.warn({ charger, evse, error: messageOf(error) }, 'A charging limit could not be sent.');
      return 'failed';
    },
  );
  const at = ground.clock.now();
  if (outcome === 'accepted') {
    load.held = { limitA, since: held?.limitA === limitA ? held.since : at, expiresAt };
    load.refused = null;
  } else {
    load.refused = { limitA, at, outcome };
  }
}

function limitsOf(decision: PowerDecision | null): string {
  return JSON.stringify(
    decision?.loads.map(({ charger, evse, transaction, limitA }) => [charger, evse, transaction, limitA]) ?? [],
  );
}

function factOf({ site, at, budgetW, loads }: PowerDecision): Fact {
  const limits = loads.flatMap(({ charger, evse, limitA }) => (limitA === null ? [] : [{ charger, evse, limitA }]));
  return { kind: 'power-shared', site, at, budgetW, limits };
}
