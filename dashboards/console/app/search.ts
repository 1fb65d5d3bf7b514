import { SESSION_STATES, type SessionState, type SiteState } from '../api/contract.ts';
import { SITE_STATES } from '../sites/worst-first.ts';

/** What the address of each page may carry after `?`. What does not fit is dropped. */

type Raw = Record<string, unknown>;

export const HOURS = [3, 12, 24] as const;
export type Hours = (typeof HOURS)[number];

export interface SitesSearch {
  q?: string;
  state?: SiteState;
  view?: 'map';
}

export interface SiteSearch {
  hours?: Hours;
}

export interface ChargerSearch {
  tab?: 'messages';
}

export interface SessionsSearch {
  charger?: string;
  site?: string;
  state?: SessionState;
}

export interface AlarmsSearch {
  which?: 'all';
}

export interface SignInSearch {
  next?: string;
}

export const sitesSearch = (raw: Raw): SitesSearch =>
  given({ q: text(raw['q']), state: oneOf(SITE_STATES, raw['state']), view: oneOf(['map'] as const, raw['view']) });

export const siteSearch = (raw: Raw): SiteSearch =>
  given({ hours: HOURS.find((hours) => hours === Number(raw['hours'])) });

export const chargerSearch = (raw: Raw): ChargerSearch => given({ tab: oneOf(['messages'] as const, raw['tab']) });

export const sessionsSearch = (raw: Raw): SessionsSearch =>
  given({ charger: text(raw['charger']), site: text(raw['site']), state: oneOf(SESSION_STATES, raw['state']) });

export const alarmsSearch = (raw: Raw): AlarmsSearch => given({ which: oneOf(['all'] as const, raw['which']) });

/** Only a path of our own may follow the sign-in. */
export const signInSearch = (raw: Raw): SignInSearch => {
  const next = text(raw['next']);
  return given({ next: next && /^\/(?![/\\])/.test(next) ? next : undefined });
};

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function oneOf<const T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((one) => one === value);
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the keys that have no value, so that they leave the address. */
export function given<T extends object>(all: T): Given<T> {
  const kept: Given<T> = {};
  for (const key in all) {
    const value = all[key];
    if (value !== undefined) kept[key] = value as Exclude<T[typeof key], undefined>;
  }
  return kept;
}
