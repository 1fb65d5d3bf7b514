import type { Site, SiteState } from '../api/contract.ts';

/** Worst first: the order of the list and of the legend. */
export const SITE_STATES = ['alarm', 'offline', 'unknown', 'charging', 'ok'] as const satisfies readonly SiteState[];

const RANK = new Map<SiteState, number>(SITE_STATES.map((state, rank) => [state, rank]));

/** The sites in order: the worst state first, then more alarms, then by name in the reader's language. */
export function worstFirst(sites: readonly Site[], locale: string): Site[] {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const rank = (site: Site) => RANK.get(site.state) ?? SITE_STATES.length;
  return sites.toSorted((a, b) => rank(a) - rank(b) || b.alarms - a.alarms || compare(a.name, b.name));
}

/** The sites whose name or id has the words that were typed, accents and case aside. */
export function matching(sites: readonly Site[], typed: string): Site[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  return sites.filter((site) => {
    const text = plain(`${site.name} ${site.id}`);
    return words.every((word) => text.includes(word));
  });
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
}

/** How many sites are in each state. */
export function countByState(sites: readonly Site[]): Record<SiteState, number> {
  const counts: Record<SiteState, number> = { alarm: 0, offline: 0, unknown: 0, charging: 0, ok: 0 };
  for (const site of sites) counts[site.state] += 1;
  return counts;
}

/** The sums of what is measured; a power that no site measures is null. */
export function estateNow(sites: readonly Site[]) {
  const sum = (value: (site: Site) => number) => sites.reduce((total, site) => total + value(site), 0);
  const power = (name: keyof Site['power']) => {
    const known = sites.map((site) => site.power[name]).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  };
  return {
    sites: sites.length,
    withAlarm: sites.filter((site) => site.alarms > 0 || site.state === 'alarm').length,
    chargers: sum((site) => site.chargers),
    chargersOnline: sum((site) => site.chargersOnline),
    charging: sum((site) => site.charging),
    pvW: power('pvW'),
    chargingW: power('chargingW'),
    gridW: power('gridW'),
  };
}
