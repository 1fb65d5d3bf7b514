import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Site } from '../api/contract.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Mark, siteTone } from '../ui/state.tsx';
import { useLocale } from '../ui/use-locale.ts';

/** The sites, worst first. */
export function SitesList(props: { sites: readonly Site[]; onPoint: (site: string | null) => void }) {
  return (
    <ul className="sites-list" onMouseLeave={() => props.onPoint(null)}>
      {props.sites.map((site) => (
        <SiteRow key={site.id} site={site} onPoint={props.onPoint} />
      ))}
    </ul>
  );
}

const SiteRow = memo(function SiteRow({ site, onPoint }: { site: Site; onPoint: (site: string | null) => void }) {
  const { t } = useTranslation();
  return (
    <li className="site-row" onMouseEnter={() => onPoint(site.id)} onFocus={() => onPoint(site.id)}>
      <Mark tone={siteTone(site.state)} />
      <div className="site-row-main">
        <Link to="/sites/$site" params={{ site: site.id }} search={{}} className="site-row-name">
          {site.name}
        </Link>
        <p className="site-row-text">
          <span className={`tone-text tone-${siteTone(site.state)}`}>{t(`siteState.${site.state}`)}</span>
          {site.alarms > 0 && <span>{t('sites.alarms', { count: site.alarms })}</span>}
          <span>
            {site.chargers === 0
              ? t('sites.noChargers')
              : t('sites.online', { online: site.chargersOnline, total: site.chargers })}
          </span>
        </p>
      </div>
      <SitePowers site={site} />
    </li>
  );
});

function SitePowers({ site: { power } }: { site: Site }) {
  const { t } = useTranslation();
  return (
    <dl className="site-powers">
      <SmallPower icon="sun" source="sun" label={t('power.sun')} powerW={power.pvW} />
      <SmallPower icon="car" source="cars" label={t('power.cars')} powerW={power.chargingW} />
      <SmallPower icon="grid" source="grid" label={t('power.grid')} powerW={power.gridW} />
    </dl>
  );
}

function SmallPower(props: { icon: IconName; source: string; label: string; powerW: number | null }) {
  const { kw } = useLocale();
  return (
    <div className={`small-power source-${props.source}`}>
      <dt title={props.label}>
        <Icon name={props.icon} />
        <span className="visually-hidden">{props.label}</span>
      </dt>
      <dd>
        {kw(props.powerW)}
        <span className="small-unit"> kW</span>
      </dd>
    </div>
  );
}
