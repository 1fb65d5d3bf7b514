import { useTranslation } from 'react-i18next';
import type { ConnectorState, SessionState, SiteState } from '../api/contract.ts';

export type Tone = 'ok' | 'charging' | 'alarm' | 'warning' | 'offline' | 'unknown';

const SITE_TONE: Record<SiteState, Tone> = {
  ok: 'ok',
  charging: 'charging',
  offline: 'offline',
  alarm: 'alarm',
  unknown: 'unknown',
};

const CONNECTOR_TONE: Record<ConnectorState, Tone> = {
  available: 'ok',
  occupied: 'warning',
  charging: 'charging',
  suspended: 'warning',
  reserved: 'warning',
  unavailable: 'offline',
  faulted: 'alarm',
};

const SESSION_TONE: Record<SessionState, Tone> = {
  starting: 'warning',
  failed: 'alarm',
  active: 'charging',
  ended: 'ok',
  incomplete: 'warning',
};

/** The mark of a state: each has a shape of its own, so that it is known without colour. */
export function Mark({ tone }: { tone: Tone }) {
  return (
    <svg className={`mark tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <MarkShape tone={tone} />
    </svg>
  );
}

const STROKE = { fill: 'none', stroke: 'var(--surface)', strokeWidth: 2, strokeLinecap: 'round' } as const;

function MarkShape({ tone }: { tone: Tone }) {
  switch (tone) {
    case 'ok':
      return (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path d="m5 8.3 2.1 2.100L11 6.2" {...STROKE} />
        </>
      );
    case 'charging':
      return (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path d="M9.2 2.8 4.8 9h2.600l-.8 4.200L11.2 7H8.500z" fill="var(--surface)" />
        </>
      );
    case 'alarm':
    case 'warning':
      return (
        <>
          <path d="M8 1.2 15.5 14.600H.5z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
          <path d="M8 6v4M8 12.300v.01" {...STROKE} strokeWidth={1.8} />
        </>
      );
    case 'offline':
      return (
        <>
          <rect x="2" y="2" width="12" height="12" rx="2" fill="none" stroke="currentColor" strokeWidth="2" />
          <path d="m5.5 5.5 5 5m0-5-5 5" {...STROKE} stroke="currentColor" strokeWidth={1.8} />
        </>
      );
    case 'unknown':
      return <path d="M8 1.5 14.5 8 8 14.5 1.5 8z" fill="none" stroke="currentColor" strokeWidth="2" />;
  }
}

/** A state in a word, with its mark. */
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={`badge tone-${tone}`}>
      <Mark tone={tone} />
      {children}
    </span>
  );
}

export function SiteBadge({ state }: { state: SiteState }) {
  const { t } = useTranslation();
  return <Badge tone={siteTone(state)}>{t(`siteState.${state}`)}</Badge>;
}

export function ConnectorBadge({ state }: { state: ConnectorState }) {
  const { t } = useTranslation();
  return <Badge tone={CONNECTOR_TONE[state]}>{t(`connectorState.${state}`)}</Badge>;
}

export function SessionBadge({ state }: { state: SessionState }) {
  const { t } = useTranslation();
  return <Badge tone={SESSION_TONE[state]}>{t(`sessionState.${state}`)}</Badge>;
}

export function OnlineBadge({ online }: { online: boolean }) {
  const { t } = useTranslation();
  return <Badge tone={online ? 'ok' : 'offline'}>{t(online ? 'charger.online' : 'charger.offline')}</Badge>;
}

export function siteTone(state: SiteState): Tone {
  return SITE_TONE[state] ?? 'unknown';
}
