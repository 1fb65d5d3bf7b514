import { useTranslation } from 'react-i18next';
import type { Charger, Connector, Session } from '../api/contract.ts';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/feedback.tsx';
import { ConnectorBadge } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';
import { useLocale } from '../ui/use-locale.ts';

/** What each connector does, since when, and the session on it. */
export function Connectors({ charger, active }: { charger: Charger; active: readonly Session[] }) {
  const { t } = useTranslation();
  if (charger.connectors.length === 0) {
    return (
      <Card title={t('charger.connectors')}>
        <Empty icon="plug" title={t('charger.noConnectors')} hint={t('charger.noConnectorsHint')} />
      </Card>
    );
  }
  return (
    <Card title={t('charger.connectors')} flush>
      <ul className="connectors">
        {charger.condition && (
          <ConnectorRow
            connector={{ evse: 0, connector: 0, ...charger.condition }}
            isOutdated={!charger.online}
            session={undefined}
          />
        )}
        {charger.connectors.map((connector) => (
          <ConnectorRow
            key={`${connector.evse}.${connector.connector}`}
            connector={connector}
            isOutdated={!charger.online}
            session={active.find(({ evse }) => evse === connector.evse && evse > 0)}
          />
        ))}
      </ul>
    </Card>
  );
}

function ConnectorRow(props: { connector: Connector; isOutdated: boolean; session: Session | undefined }) {
  const { t } = useTranslation();
  const { connector, session } = props;
  return (
    <li className="connector" data-outdated={props.isOutdated}>
      <div className="connector-head">
        <h3>
          {connector.evse === 0
            ? t('charger.station')
            : t('charger.evseConnector', { evse: connector.evse, connector: connector.connector })}
        </h3>
        <ConnectorBadge state={connector.state} />
        <span className="small muted">
          <Ago at={connector.since} />
        </span>
      </div>
      {connector.error && <p className="connector-error">{connector.error}</p>}
      {session && <Running session={session} />}
      {connector.code && (
        <p className="small muted">
          {t('charger.code')}: <span className="mono">{connector.code}</span>
        </p>
      )}
    </li>
  );
}

function Running({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { kw, kwh } = useLocale();
  return (
    <p className="connector-session">
      <strong>{kw(session.powerW)}</strong> kW · <strong>{kwh(session.energyWh)}</strong> kWh ·{' '}
      <span className="muted">
        {t('sessions.token')} <span className="mono">{session.token ?? t('sessions.guest')}</span> ·{' '}
        <Ago at={session.startedAt} />
      </span>
    </p>
  );
}
