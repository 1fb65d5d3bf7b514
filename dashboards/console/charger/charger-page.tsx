import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Charger } from '../api/contract.ts';
import { chargerQuery, sessionsQuery } from '../api/queries.ts';
import { Trail } from '../app/trail.tsx';
import { useTitle } from '../app/use-title.ts';
import { useLive } from '../live/use-live.ts';
import { MoreSessions } from '../sessions/more-sessions.tsx';
import { Answer } from '../ui/answer.tsx';
import { SiteLink } from '../ui/site-link.tsx';
import { OnlineBadge } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';
import { Commands } from './commands.tsx';
import { Connectors } from './connectors.tsx';
import { Identity } from './identity.tsx';
import { Trace } from './trace.tsx';
import './charger.css';

/** One charger: what it is, what it does, what it said, what can be asked of it. */
export function ChargerPage() {
  const { charger: id } = useParams({ from: '/shell/chargers/$charger' });
  const charger = useQuery(chargerQuery(id));
  const active = useInfiniteQuery(sessionsQuery({ charger: id, state: 'active' }));
  useTitle(id);
  useLive(charger.data?.site ?? null);
  const running = active.data ?? [];
  return (
    <Answer to={charger} height="60dvh" isPage>
      {(found) => (
        <>
          <Head charger={found} />
          <Connectors charger={found} active={running} />
          <div className="charger-pair">
            <Commands charger={found} active={running} />
            <Identity charger={found} />
          </div>
          <History charger={id} />
        </>
      )}
    </Answer>
  );
}

function Head({ charger }: { charger: Charger }) {
  const { t } = useTranslation();
  return (
    <div>
      <Trail above={charger.site ? <SiteLink site={charger.site} /> : t('charger.noSite')} here={charger.id} />
      <div className="page-title">
        <h1 className="charger-name">{charger.id}</h1>
        <OnlineBadge online={charger.online} />
      </div>
      <p className="page-lead">
        <Since charger={charger} />
        {charger.synthetic && ` · ${t('app.simulated')}`}
      </p>
    </div>
  );
}

/** The age of the state: since when it is connected, or when it was last heard. */
function Since({ charger: { online, connection, lastSeen } }: { charger: Charger }) {
  const { t } = useTranslation();
  if (online && connection) {
    return (
      <>
        {t('charger.since')} <Ago at={connection.since} /> {t('charger.from', { address: connection.remoteAddress })}
      </>
    );
  }
  if (lastSeen === null) return t('charger.never');
  return (
    <>
      {t('charger.lastHeard')} <Ago at={lastSeen} />
    </>
  );
}

function History({ charger }: { charger: string }) {
  const { t } = useTranslation();
  const { tab = 'sessions' } = useSearch({ from: '/shell/chargers/$charger' });
  const navigate = useNavigate();
  return (
    <section className="card" aria-label={t('charger.tabs')}>
      <Tabs
        selectedKey={tab}
        onSelectionChange={(chosen) =>
          void navigate({
            to: '/chargers/$charger',
            params: { charger },
            search: chosen === 'messages' ? { tab: 'messages' } : {},
            replace: true,
            resetScroll: false,
          })
        }
      >
        <TabList className="tabs" aria-label={t('charger.tabs')}>
          <Tab id="sessions" className="tab">
            <h2>{t('charger.sessions')}</h2>
          </Tab>
          <Tab id="messages" className="tab">
            <h2>{t('charger.messages')}</h2>
          </Tab>
        </TabList>
        <TabPanel id="sessions">
          <MoreSessions filter={{ charger }} emptyHint={t('sessions.noneHint')} />
        </TabPanel>
        <TabPanel id="messages">
          <Trace charger={charger} />
        </TabPanel>
      </Tabs>
    </section>
  );
}
