import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Site } from '../api/contract.ts';
import { count } from '../format/quantity.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { useLocale } from '../ui/use-locale.ts';
import { estateNow } from './worst-first.ts';

/** The estate in six numbers. */
export function Counts({ sites }: { sites: readonly Site[] }) {
  const { t } = useTranslation();
  const { locale, kw } = useLocale();
  const now = estateNow(sites);
  const exports = (now.gridW ?? 0) < 0;
  return (
    <dl className="counts" aria-label={t('counts.title')}>
      <Count icon="map" label={t('counts.sites')} value={count(now.sites, locale)} alert={now.withAlarm > 0}>
        {now.withAlarm > 0 ? t('counts.withAlarm', { count: now.withAlarm }) : t('counts.noAlarm')}
      </Count>
      <Count icon="plug" label={t('counts.chargers')} value={count(now.chargersOnline, locale)}>
        {t('counts.ofTotal', { total: count(now.chargers, locale) })}
      </Count>
      <Count icon="car" label={t('counts.charging')} value={count(now.charging, locale)}>
        {t('counts.cars', { count: now.charging })}
      </Count>
      <Count icon="sun" tone="sun" label={t('counts.sun')} value={kw(now.pvW)} unit="kW" />
      <Count icon="bolt" tone="cars" label={t('counts.toCars')} value={kw(now.chargingW)} unit="kW" />
      <Count
        icon="grid"
        tone="grid"
        label={t(exports ? 'counts.gridOut' : 'counts.grid')}
        value={kw(now.gridW === null ? null : Math.abs(now.gridW))}
        unit="kW"
      />
    </dl>
  );
}

function Count(props: {
  icon: IconName;
  label: string;
  value: string;
  unit?: string;
  tone?: 'sun' | 'cars' | 'grid';
  alert?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className={`count source-${props.tone ?? 'none'}`}>
      <dt>
        <Icon name={props.icon} />
        {props.label}
      </dt>
      <dd>
        <strong>{props.value}</strong>
        {props.unit && <span className="count-unit">{props.unit}</span>}
        {props.children && (
          <span className={props.alert ? 'count-note count-alert' : 'count-note'}>{props.children}</span>
        )}
      </dd>
    </div>
  );
}
