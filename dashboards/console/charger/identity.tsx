import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Charger } from '../api/contract.ts';
import { Card } from '../ui/card.tsx';
import { Ago, Moment } from '../ui/time.tsx';

/** What the charger says that it is, and how it is connected. */
export function Identity({ charger }: { charger: Charger }) {
  const { t } = useTranslation();
  const { connection, lastSeen } = charger;
  return (
    <Card title={t('charger.identity')}>
      <dl className="facts">
        <Fact name={t('charger.vendor')}>{charger.vendor}</Fact>
        <Fact name={t('charger.model')}>{charger.model}</Fact>
        <Fact name={t('charger.serial')}>{charger.serial}</Fact>
        <Fact name={t('charger.firmware')}>{charger.firmware}</Fact>
        <Fact name={t('charger.protocol')}>{charger.protocol?.toUpperCase().replace('OCPP', 'OCPP ') ?? null}</Fact>
        <Fact name={t('charger.lastSeen')}>{lastSeen && <Ago at={lastSeen} />}</Fact>
        <Fact name={t('charger.connectedSince')}>{connection && <Moment at={connection.since} />}</Fact>
        <Fact name={t('charger.address')}>{connection?.remoteAddress}</Fact>
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children ?? '–'}</dd>
    </div>
  );
}
