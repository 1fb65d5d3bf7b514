import type { Fact } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerSubject, NodeSubject, Subject } from './rule.ts';

/** The present state of chargers and gateways, gathered from facts. */
export interface Conditions {
  /** Takes a fact in; returns what it changed. */
  take(fact: Fact): Subject[];
}

type Charger = Omit<ChargerSubject, 'siteReachable' | 'siteReachableSince'>;

export function createConditions(): Conditions {
  const chargers = new Map<DeviceId, Charger>();
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
        const { evse, connector, state, error, at: since } = fact;
        const others = charger.connectors.filter((one) => one.evse !== evse || one.connector !== connector);
        charger.connectors = [...others, { evse, connector, state, error, since }].toSorted(
          (one, other) => one.evse - other.evse || one.connector - other.connector,
        );
        return [seen(charger)];
      }
      if (fact.kind === 'node-online') {
        const { site, node: device, online, at } = fact;
        const nodes = nodesOf.get(site) ?? new Map<DeviceId, NodeSubject>();
        const known = nodes.get(device);
        const onlineSince = known?.online === online ? known.onlineSince : at;
        const node: NodeSubject = { kind: 'node', device, site, online, onlineSince };
        nodesOf.set(site, nodes.set(device, node));
        return [node, ...[...chargers.values()].filter((charger) => charger.site === site).map(seen)];
      }
      return [];
    },
  };
}
