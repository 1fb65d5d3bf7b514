import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Device } from '../api/contract.ts';
import { devicesQuery } from '../api/queries.ts';
import { isSaid } from '../i18n/dictionary.ts';
import { en } from '../i18n/en.ts';
import { Answer } from '../ui/answer.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/feedback.tsx';
import { useNow } from '../ui/now.ts';
import { Badge, OnlineBadge } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';
import { useLocale } from '../ui/use-locale.ts';
import { isKnown, shown } from './metrics.ts';

/** Older values than this are marked as stale, ms. */
const STALE_MS = 5 * 60_000;

/** The site's sensors and equipment with what each measured last. */
export function Equipment({ site }: { site: string }) {
  const { t } = useTranslation();
  const devices = useQuery(devicesQuery(site));
  return (
    <Card title={t('site.equipment')}>
      <Answer to={devices}>
        {(all) => {
          const measuring = all.filter(({ type }) => type !== 'charging-station');
          if (measuring.length === 0) {
            return <Empty icon="thermometer" title={t('site.noEquipment')} hint={t('site.noEquipmentHint')} />;
          }
          return (
            <ul className="devices">
              {measuring.map((device) => (
                <DeviceCard key={device.id} device={device} />
              ))}
            </ul>
          );
        }}
      </Answer>
    </Card>
  );
}

function DeviceCard({ device }: { device: Device }) {
  const stale = useIsStale(device.at);
  return (
    <li className="device" data-stale={stale}>
      <div className="device-head">
        <h3>
          <DeviceType type={device.type} />
        </h3>
        <DeviceState device={device} stale={stale} />
      </div>
      <Values device={device} />
      <p className="device-foot">
        <span className="mono">{device.id}</span>
        {device.at && <Ago at={device.at} />}
      </p>
    </li>
  );
}

function useIsStale(at: string | null): boolean {
  const now = useNow(5_000);
  return at !== null && now - new Date(at).getTime() > STALE_MS;
}

function DeviceState({ device, stale }: { device: Device; stale: boolean }) {
  const { t } = useTranslation();
  if (!device.online) return <OnlineBadge online={false} />;
  return stale ? <Badge tone="warning">{t('site.stale')}</Badge> : null;
}

function DeviceType({ type }: { type: string }) {
  const { t } = useTranslation();
  return isSaid(en.device, type) ? t(`device.${type}`) : type;
}

function Values({ device }: { device: Device }) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const values = Object.entries(device.values ?? {});
  if (values.length === 0) {
    return <p className="small muted">{t(device.type === 'gateway' ? 'site.gatewayValues' : 'site.noValues')}</p>;
  }
  return (
    <dl className="values">
      {values.map(([metric, value]) => {
        const { text, unit } = shown(metric, value, locale);
        return (
          <div key={metric}>
            <dt>{isKnown(metric) ? t(`metric.${metric}`) : metric}</dt>
            <dd>
              {text} <span className="value-unit">{unit}</span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
