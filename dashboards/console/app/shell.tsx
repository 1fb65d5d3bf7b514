import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { alarmsQuery, infoQuery } from '../api/queries.ts';
import { useLiveStatus } from '../live/use-live.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Brand } from './brand.tsx';
import { Settings } from './settings.tsx';

const PLACES = [
  { to: '/', name: 'sites', icon: 'map', search: {} },
  { to: '/sessions', name: 'sessions', icon: 'session', search: {} },
  { to: '/alarms', name: 'alarms', icon: 'alarm', search: {} },
  { to: '/connect', name: 'connect', icon: 'plug', search: {} },
] as const satisfies readonly { to: string; name: string; icon: IconName; search: object }[];

/** The frame round every page: where one is, where one can go, and whether what one sees is live. */
export function Shell() {
  const { t } = useTranslation();
  const info = useQuery(infoQuery);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      <header className="head">
        {info.data?.synthetic && <p className="ribbon">{t('app.demo')}</p>}
        <div className="bar">
          <Link to="/" search={{}} className="bar-brand">
            <Brand />
          </Link>
          <Navigation />
          <LiveSign />
          <Settings />
        </div>
        <LostStrip />
      </header>
      <main id="main" className="page" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function Navigation() {
  const { t } = useTranslation();
  const alarms = useQuery(alarmsQuery({ active: true }));
  const open = alarms.data?.length ?? 0;
  return (
    <nav className="nav" aria-label={t('app.mainNavigation')}>
      {PLACES.map(({ to, name, icon, search }) => (
        <Link
          key={name}
          to={to}
          search={search}
          className="nav-link"
          activeOptions={{ exact: true, includeSearch: false }}
        >
          <Icon name={icon} />
          {t(`nav.${name}`)}
          {name === 'alarms' && open > 0 && (
            <span className="nav-count">
              {open > 99 ? '99+' : open}
              <span className="visually-hidden"> {t('alarms.active')}</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}

function LiveSign() {
  const { t } = useTranslation();
  const status = useLiveStatus();
  return (
    <span className="live" data-status={status}>
      <span className="live-dot" aria-hidden="true" />
      <span className="live-text">{t(`app.${status}`)}</span>
    </span>
  );
}

function LostStrip() {
  const { t } = useTranslation();
  const lost = useLiveStatus() === 'lost';
  return (
    <p className="lost" role="status" hidden={!lost}>
      {lost && (
        <>
          <Icon name="warning" /> {t('app.lost')}. {t('app.lostHint')}
        </>
      )}
    </p>
  );
}
