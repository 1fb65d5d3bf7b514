import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Charger, Session } from '../api/contract.ts';
import { chargersQuery, sessionsQuery } from '../api/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/feedback.tsx';
import { Icon } from '../ui/icon.tsx';
import { ConnectorBadge, OnlineBadge } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';
import { useLocale } from '../ui/use-locale.ts';

/** The site's chargers with what each connector does now. */
export function Chargers({ site }: { site: string }) {
  const { t } = useTranslation();
  const chargers = useQuery(chargersQuery(site));
  const active = useInfiniteQuery(sessionsQuery({ site, state: 'active' }));
  const sessions = active.data ?? [];
  return (
    <Card title={t('site.chargers')} flush>
      <Answer to={chargers}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="plug" title={t('site.noChargers')} hint={t('site.noChargersHint')} />
          ) : (
            <ul className="chargers">
              {all.map((charger) => (
                <ChargerRow
                  key={charger.id}
                  charger={charger}
                  sessions={sessions.filter((session) => session.charger === charger.id)}
                />
              ))}
            </ul>
          )
        }
      </Answer>
    </Card>
  );
}

function ChargerRow({ charger, sessions }: { charger: Charger; sessions: Session[] }) {
  const { t } = useTranslation();
  return (
    <li className="charger-row">
      <div className="charger-row-main">
        <Link to="/chargers/$charger" params={{ charger: charger.id }} search={{}} className="charger-row-name">
          {charger.id}
        </Link>
        <p className="small muted">
          {[charger.vendor, charger.model].filter(Boolean).join(' ')}
          {!charger.online && (
            <>
              {' · '}
              {charger.lastSeen ? (
                <>
                  {t('charger.lastHeard')} <Ago at={charger.lastSeen} />
                </>
              ) : (
                t('charger.never')
              )}
            </>
          )}
        </p>
      </div>
      <OnlineBadge online={charger.online} />
      <Connectors charger={charger} sessions={sessions} />
      <Icon name="chevron" />
    </li>
  );
}

function Connectors({ charger, sessions }: { charger: Charger; sessions: Session[] }) {
  const { kw, kwh } = useLocale();
  const connectors = charger.connectors.filter(({ evse }) => evse > 0);
  return (
    <ul className="charger-connectors">
      {connectors.map((connector) => {
        const session = sessions.find(({ evse }) => evse === connector.evse);
        return (
          <li key={`${connector.evse}.${connector.connector}`} data-outdated={!charger.online}>
            <span className="evse-number">{connector.evse}</span>
            <ConnectorBadge state={connector.state} />
            {connector.error && <span className="small muted">{connector.error}</span>}
            {session && (
              <span className="small">
                <strong>{kw(session.powerW)}</strong> kW · {kwh(session.energyWh)} kWh
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
