import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Session } from '../api/contract.ts';
import { duration } from '../format/time.ts';
import { useNow } from '../ui/now.ts';
import { SiteLink } from '../ui/site-link.tsx';
import { Badge, SessionBadge } from '../ui/state.tsx';
import { Moment } from '../ui/time.tsx';
import { useLocale } from '../ui/use-locale.ts';
import './sessions.css';

/** Sessions, newest first. On a narrow screen each becomes a card. */
export function SessionTable(props: { sessions: readonly Session[]; withCharger?: boolean | undefined }) {
  const { sessions, withCharger = false } = props;
  const { t } = useTranslation();
  return (
    <div className="table-frame">
      <table className="table sessions-table">
        <thead>
          <tr>
            <th scope="col">{t('sessions.state')}</th>
            {withCharger && <th scope="col">{t('sessions.charger')}</th>}
            <th scope="col">{t('sessions.start')}</th>
            <th scope="col">{t('sessions.end')}</th>
            <th scope="col">{t('sessions.length')}</th>
            <th scope="col" className="number">
              {t('sessions.energy')}
            </th>
            <th scope="col" className="number">
              {t('sessions.powerNow')}
            </th>
            <th scope="col">{t('sessions.token')}</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <Row key={session.id} session={session} withCharger={withCharger} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ session, withCharger }: { session: Session; withCharger: boolean }) {
  const { t } = useTranslation();
  const { kw, kwh } = useLocale();
  return (
    <tr>
      <td>
        <SessionBadge state={session.state} />
        {session.doubts.length > 0 && (
          <span title={`${t('sessions.doubts')}: ${session.doubts.join(', ')}`}>
            <Badge tone="warning">{session.doubts.join(', ')}</Badge>
          </span>
        )}
        {session.reason && <span className="session-reason">{session.reason}</span>}
      </td>
      {withCharger && <Where session={session} />}
      <td data-label={t('sessions.start')}>
        <Moment at={session.startedAt} />
      </td>
      <td data-label={t('sessions.end')}>
        {session.endedAt ? <Moment at={session.endedAt} /> : session.state === 'active' ? t('sessions.ongoing') : '–'}
      </td>
      <td data-label={t('sessions.length')}>
        <Length session={session} />
      </td>
      <td className="number" data-label={t('sessions.energy')}>
        <strong>{kwh(session.energyWh)}</strong>
      </td>
      <td className="number" data-label={t('sessions.powerNow')}>
        {session.state === 'active' ? kw(session.powerW) : '–'}
      </td>
      <td className="mono" data-label={t('sessions.token')}>
        {session.token ?? t('sessions.guest')}
      </td>
    </tr>
  );
}

function Where({ session }: { session: Session }) {
  const { t } = useTranslation();
  return (
    <td data-label={t('sessions.charger')}>
      <Link to="/chargers/$charger" params={{ charger: session.charger }} search={{}} className="session-charger">
        {session.charger}
      </Link>
      <span className="small muted session-where">
        {t('charger.evse', { evse: session.evse })}
        {session.site && (
          <>
            {' · '}
            <SiteLink site={session.site} />
          </>
        )}
      </span>
    </td>
  );
}

function Length({ session }: { session: Session }) {
  const now = useNow(10_000);
  if (session.endedAt === null && session.state !== 'active') return '–';
  const until = session.endedAt ? Date.parse(session.endedAt) : now;
  return duration(until - Date.parse(session.startedAt));
}
