import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { AlarmsCard } from '../alarms/alarms-card.tsx';
import type { Site } from '../api/contract.ts';
import { powerQuery, siteQuery } from '../api/queries.ts';
import { HOURS, type Hours } from '../app/search.ts';
import { Trail } from '../app/trail.tsx';
import { useTitle } from '../app/use-title.ts';
import { useLive } from '../live/use-live.ts';
import { Answer } from '../ui/answer.tsx';
import { Card } from '../ui/card.tsx';
import { Choices } from '../ui/choices.tsx';
import { Empty, Loading } from '../ui/feedback.tsx';
import { SiteBadge } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';
import { useLocale } from '../ui/use-locale.ts';
import { Chargers } from './chargers.tsx';
import { EnergyFlow } from './energy-flow.tsx';
import { Equipment } from './equipment.tsx';
import { Sharing } from './sharing.tsx';
import './site.css';
import './site-cards.css';

const PowerChart = lazy(() => import('./power-chart.tsx').then((file) => ({ default: file.PowerChart })));
const CHART_HEIGHT = '21rem';

/** One site: its energy, chargers, sensors, alarms. */
export function SitePage() {
  const { site: id } = useParams({ from: '/shell/sites/$site' });
  const site = useQuery(siteQuery(id));
  useTitle(site.data?.name ?? id);
  useLive(id);
  return (
    <Answer to={site} height="60dvh" isPage>
      {(found) => (
        <>
          <SiteHead site={found} />
          <div className="site-grid">
            <Now site={found} />
            <Past site={found} />
            <div className="site-stack">
              {found.alarms > 0 && <AlarmsCard site={id} />}
              <Chargers site={id} />
            </div>
            <div className="site-stack">
              <Sharing site={id} />
              {found.alarms === 0 && <AlarmsCard site={id} />}
            </div>
            <Equipment site={id} />
          </div>
        </>
      )}
    </Answer>
  );
}

function SiteHead({ site }: { site: Site }) {
  const { t } = useTranslation();
  return (
    <div>
      <Trail here={site.name} />
      <div className="page-title">
        <h1>{site.name}</h1>
        <SiteBadge state={site.state} />
      </div>
      <p className="page-lead">
        <span className="mono">{site.id}</span>
        {site.chargers > 0 && ` · ${t('sites.online', { online: site.chargersOnline, total: site.chargers })}`}
        {site.updatedAt && (
          <>
            {` · ${t('site.updated')} `}
            <Ago at={site.updatedAt} />
          </>
        )}
        {site.synthetic && ` · ${t('app.simulated')}`}
      </p>
    </div>
  );
}

function Now({ site }: { site: Site }) {
  const { t } = useTranslation();
  return (
    <Card title={t('site.flow')} className="site-now">
      <EnergyFlow power={site.power} />
      <GridLimit site={site} />
    </Card>
  );
}

function GridLimit({ site: { gridLimitW, power } }: { site: Site }) {
  const { t } = useTranslation();
  const { locale, kw } = useLocale();
  if (gridLimitW === null || gridLimitW === 0) {
    return (
      <p className="small muted">
        {t('site.gridLimit')}: {t('site.gridLimitNone')}
      </p>
    );
  }
  const used = Math.max(0, power.gridW ?? 0) / gridLimitW;
  const percent = new Intl.NumberFormat(locale, { style: 'percent' }).format(used);
  return (
    <div className="limit" data-over={used > 1} data-near={used > 0.9}>
      <div className="limit-text">
        <span>
          {t('site.gridLimit')} <strong>{kw(gridLimitW)}</strong> kW
        </span>
        <span className="muted">{power.gridW !== null && t('site.gridLimitUse', { percent })}</span>
      </div>
      <div
        className="limit-bar"
        role="meter"
        aria-label={t('site.gridLimit')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(used * 100))}
        aria-valuetext={percent}
      >
        <span style={{ width: `${Math.min(1, used) * 100}%` }} />
      </div>
    </div>
  );
}

function Past({ site: { id: site, power: now } }: { site: Site }) {
  const { t } = useTranslation();
  const { hours = 3 } = useSearch({ from: '/shell/sites/$site' });
  const navigate = useNavigate();
  const power = useQuery(powerQuery(site, hours));
  const choose = (chosen: Hours) =>
    void navigate({
      to: '/sites/$site',
      params: { site },
      search: chosen === 3 ? {} : { hours: chosen },
      replace: true,
      resetScroll: false,
    });
  return (
    <Card
      title={t('site.chart')}
      className="site-past"
      aside={
        <Choices
          label={t('site.chartHours')}
          options={HOURS.map((option) => ({ id: String(option), label: t('site.hours', { hours: option }) }))}
          value={String(hours)}
          onChange={(chosen) => choose(HOURS.find((option) => String(option) === chosen) ?? 3)}
        />
      }
    >
      <Answer to={power} height={CHART_HEIGHT}>
        {(points) =>
          points.every(({ gridW, pvW, buildingW }) => gridW === null && pvW === null && buildingW === null) ? (
            <Empty icon="gauge" title={t('site.chartEmpty')} hint={t('site.chartEmptyHint')} />
          ) : (
            <Suspense fallback={<Loading height={CHART_HEIGHT} />}>
              <PowerChart points={points} now={now} hours={hours} />
            </Suspense>
          )
        }
      </Answer>
    </Card>
  );
}
