import type { Alarm } from '#estate/alarm.ts';
import type { Fact } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { createChargerSecurity } from './charger-security.ts';
import { createMalformedMessages } from './malformed-messages.ts';
import type { ChargerEventsSubject, ChargerSubject, DeviceEventsSubject, NodeSubject, Subject } from './rule.ts';

/** The present state of chargers and gateways, gathered from facts. */
export interface Conditions {
  /** Takes a fact in; returns what it changed. */
  take(fact: Fact): Subject[];
  /** After a restart: what an alarm that stands says, where no fact will say it again. */
  resume(alarm: Alarm): void;
  /** What has passed by itself. */
  over(now: Millis): Subject[];
}

type Charger = Omit<ChargerSubject, 'siteReachable' | 'siteReachableSince'>;

export function createConditions(): Conditions {
  const chargers = new Map<DeviceId, Charger>();
  const security = createChargerSecurity();
  const chargerEvents = createChargerEvents();
  const deviceEvents = createDeviceEvents();
  const malformed = createMalformedMessages();
  const nodesOf = new Map<SiteId, Map<DeviceId, NodeSubject>>();

  const chargerOf = (fact: { charger: DeviceId; site: SiteId | null; at: Millis }): Charger => {
    const known = chargers.get(fact.charger);
    const { charger: device, site, at: onlineSince } = fact;
    const charger = known ?? { kind: 'charger', device, site, online: null, onlineSince, connectors: [] };
    charger.site = site;
    chargers.set(device, charger);
    return charger;
  };
  /** A site is out of reach when all that speaks for it on the broker is. */
  const reachOf = (site: SiteId | null) => {
    const nodes = [...(nodesOf.get(site ?? '')?.values() ?? [])];
    return {
      siteReachable: nodes.length === 0 || nodes.some(({ online }) => online),
      siteReachableSince: Math.max(0, ...nodes.map(({ onlineSince }) => onlineSince)),
    };
  };
  const seen = (charger: Charger): ChargerSubject => ({ ...charger, ...reachOf(charger.site) });

  return {
    take(fact) {
      if (fact.kind === 'charger-online') {
        const charger = chargerOf(fact);
        if (charger.online !== fact.online) Object.assign(charger, { online: fact.online, onlineSince: fact.at });
        return [seen(charger)];
      }
      if (fact.kind === 'connector-state') {
        const charger = chargerOf(fact);
        charger.connectors = withState(charger.connectors, fact);
        return [seen(charger)];
      }
      if (fact.kind === 'charger-event') return [chargerEvents(fact)];
      if (fact.kind === 'device-event') return [deviceEvents(fact)];
      if (fact.kind === 'device-malformed') return [malformed.take(fact)];
      if (fact.kind === 'node-online') {
        const { site, node: device, online, at } = fact;
        const nodes = nodesOf.get(site) ?? new Map<DeviceId, NodeSubject>();
        const known = nodes.get(device);
        const onlineSince = known?.online === online ? known.onlineSince : at;
        const node: NodeSubject = { kind: 'node', device, site, online, onlineSince };
        nodesOf.set(site, nodes.set(device, node));
        return [node, ...[...chargers.values()].filter((charger) => charger.site === site).map(seen)];
      }
      return security.take(fact);
    },
    resume(alarm) {
      security.resume(alarm);
      malformed.resume(alarm);
    },
    over: (now) => [...security.over(now), ...malformed.over(now)],
  };
}

/** Takes a state of a charger in; returns all of its that hold. */
function createChargerEvents(): (fact: Extract<Fact, { kind: 'charger-event' }>) => ChargerEventsSubject {
  const eventsOf = new Map<DeviceId, ChargerEventsSubject['events']>();
  return ({ charger: device, site, about, severity, text, at, active }) => {
    const others = (eventsOf.get(device) ?? []).filter((one) => one.about !== about);
    const events = active ? [...others, { about, severity, text, at }] : others;
    eventsOf.set(device, events);
    return { kind: 'charger-events', device, site, events };
  };
}

/** Takes an event of a device in; returns all of it that have not passed. */
function createDeviceEvents(): (fact: Extract<Fact, { kind: 'device-event' }>) => DeviceEventsSubject {
  const eventsOf = new Map<string, DeviceEventsSubject['events']>();
  return ({ site, device, event, code, text, at, active }) => {
    const key = `${site}/${device}`;
    const others = (eventsOf.get(key) ?? []).filter((one) => one.event !== event);
    const events = active ? [...others, { event, code, text, at }] : others;
    if (events.length > 0) eventsOf.set(key, events);
    else eventsOf.delete(key);
    return { kind: 'device-events', device, site, events };
  };
}

/** The connectors of a charger with the new state of one, in order. */
function withState(connectors: Charger['connectors'], fact: Extract<Fact, { kind: 'connector-state' }>) {
  const { evse, connector, state, error, at: since } = fact;
  const others = connectors.filter((one) => one.evse !== evse || one.connector !== connector);
  return [...others, { evse, connector, state, error, since }].toSorted(
    (one, other) => one.evse - other.evse || one.connector - other.connector,
  );
}
