import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { RegisteredCharger } from '../api/contract.ts';
import { chargerQuery, infoQuery } from '../api/queries.ts';
import { Card } from '../ui/card.tsx';
import { Copy } from '../ui/copy.tsx';
import { Notice } from '../ui/feedback.tsx';

const WATCH_MS = 2_000;

/** What to enter in the charger, once; then whether it has come. */
export function Configure({ registered, onAgain }: { registered: RegisteredCharger; onAgain: () => void }) {
  const { t } = useTranslation();
  const info = useQuery(infoQuery);
  return (
    <Card title={t('connect.configure')}>
      <div className="connect-form">
        <dl className="handover">
          {info.data && <Handed label={t('connect.url')} value={info.data.ocppUrl} />}
          <Handed label={t('connect.identity')} value={registered.id} />
          {registered.secret && <Handed label={t('connect.password')} value={registered.secret} />}
        </dl>
        <p className="small muted">
          {info.data && t('connect.whole', { url: addressOf(info.data.ocppUrl, registered.id) })} {t('connect.profile')}
        </p>
        {registered.secret && (
          <Notice tone="warning" icon="warning">
            {t('connect.once')}
          </Notice>
        )}
        <Arrival charger={registered.id} />
        <Button className="button" onPress={onAgain}>
          {t('connect.again')}
        </Button>
      </div>
    </Card>
  );
}

function Handed({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <code>{value}</code>
        <Copy value={value} label={label} />
      </dd>
    </div>
  );
}

function Arrival({ charger }: { charger: string }) {
  const { t } = useTranslation();
  const watched = useQuery({ ...chargerQuery(charger), refetchInterval: WATCH_MS });
  const online = watched.data?.online ?? false;
  return (
    <Notice tone={online ? 'ok' : 'charging'} icon={online ? 'check' : 'plug'}>
      <h3>{t(online ? 'connect.connected' : 'connect.waiting')}</h3>
      {online && (
        <Link to="/chargers/$charger" params={{ charger }} search={{}}>
          {t('connect.open')}
        </Link>
      )}
    </Notice>
  );
}

/** The address that a charger calls: it appends its identity to what is entered (OCPP-J 1.6 §3.1.1). */
function addressOf(ocppUrl: string, identity: string): string {
  return `${ocppUrl}/${encodeURIComponent(identity)}`;
}
