import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AlarmPriority } from '#estate/alarm.ts';
import type { Alarm } from '../api/contract.ts';
import { isSaid } from '../i18n/dictionary.ts';
import { en } from '../i18n/en.ts';
import { SiteLink } from '../ui/site-link.tsx';
import { Badge, type Tone } from '../ui/state.tsx';
import { Ago, Moment } from '../ui/time.tsx';
import './alarms.css';

const TONES: Record<AlarmPriority, Tone> = { critical: 'alarm', high: 'alarm', medium: 'warning', low: 'offline' };
const RANK: Record<AlarmPriority, number> = { critical: 0, high: 1, medium: 2, low: 3 };

/** Alarms: the active before the cleared, the urgent before the others, then the newest. */
function urgentFirst(alarms: readonly Alarm[]): Alarm[] {
  return alarms.toSorted(
    (a, b) =>
      Number(a.clearedAt !== null) - Number(b.clearedAt !== null) ||
      RANK[a.priority] - RANK[b.priority] ||
      Date.parse(b.since) - Date.parse(a.since),
  );
}

/** What is wrong, where, since when, and what to do about it. */
export function AlarmList({ alarms, withSite = false }: { alarms: readonly Alarm[]; withSite?: boolean }) {
  return (
    <ul className="alarms">
      {urgentFirst(alarms).map((alarm) => (
        <AlarmRow key={`${alarm.id} ${alarm.since}`} alarm={alarm} withSite={withSite} />
      ))}
    </ul>
  );
}

function AlarmRow({ alarm, withSite }: { alarm: Alarm; withSite: boolean }) {
  const { t } = useTranslation();
  return (
    <li className="alarm" data-cleared={alarm.clearedAt !== null}>
      <div className="alarm-head">
        <Badge tone={alarm.clearedAt ? 'ok' : TONES[alarm.priority]}>{t(`alarms.priority.${alarm.priority}`)}</Badge>
        <h3>
          <Cause alarm={alarm} />
        </h3>
        <span className="small muted alarm-age">
          {alarm.clearedAt ? (
            <>
              <Moment at={alarm.since} /> · {t('alarms.cleared')} <Ago at={alarm.clearedAt} />
            </>
          ) : (
            <Ago at={alarm.since} />
          )}
        </span>
      </div>
      <p lang="en">{alarm.text}</p>
      {!alarm.clearedAt && (
        <p className="alarm-action">
          <strong>{t('alarms.todo')}: </strong>
          <span lang="en">{alarm.action}</span>
        </p>
      )}
      <p className="small alarm-places">
        {withSite && alarm.site && <SiteLink site={alarm.site} />}
        {alarm.cause.startsWith('charger-') && (
          <Link to="/chargers/$charger" params={{ charger: alarm.device }} search={{}}>
            {alarm.device}
          </Link>
        )}
      </p>
    </li>
  );
}

function Cause({ alarm: { cause } }: { alarm: Alarm }) {
  const { t } = useTranslation();
  return isSaid(en.alarms.cause, cause) ? t(`alarms.cause.${cause}`) : cause;
}
