import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SESSION_STATES } from '../api/contract.ts';
import { chargersQuery } from '../api/queries.ts';
import { given, type SessionsSearch } from '../app/search.ts';
import { useTitle } from '../app/use-title.ts';
import { useLive } from '../live/use-live.ts';
import { Pick } from '../ui/field.tsx';
import { useSiteChoices } from '../ui/site-link.tsx';
import { MoreSessions } from './more-sessions.tsx';

const ANY = '';

/** The sessions of the estate; the address keeps the filters. */
export function SessionsPage() {
  const { t } = useTranslation();
  useTitle(t('sessions.title'));
  useLive(null);
  const search = useSearch({ from: '/shell/sessions' });
  const filtered = Object.keys(search).length > 0;
  return (
    <>
      <div className="page-head">
        <h1>{t('sessions.title')}</h1>
      </div>
      <Filters search={search} />
      <section className="card" aria-label={t('sessions.title')}>
        <MoreSessions
          filter={search}
          withCharger
          emptyHint={t(filtered ? 'sessions.noneFilterHint' : 'sessions.noneHint')}
        />
      </section>
    </>
  );
}

function Filters({ search }: { search: SessionsSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const sites = useSiteChoices();
  const chargers = useQuery(chargersQuery(search.site)).data ?? [];
  const set = (change: { [Key in keyof SessionsSearch]: SessionsSearch[Key] | undefined }) =>
    void navigate({ to: '/sessions', search: given({ ...search, ...change }), replace: true });
  const filled = (value: string) => (value === ANY ? undefined : value);
  return (
    <div className="filters">
      <Pick
        label={t('sessions.state')}
        options={[
          { id: ANY, label: t('sessions.anyState') },
          ...SESSION_STATES.map((id) => ({ id, label: t(`sessionState.${id}`) })),
        ]}
        value={search.state ?? ANY}
        onChange={(state) => set({ state: SESSION_STATES.find((one) => one === state) })}
      />
      <Pick
        label={t('sessions.site')}
        options={[{ id: ANY, label: t('sessions.anySite') }, ...sites, ...unlisted(search.site, sites)]}
        value={search.site ?? ANY}
        onChange={(site) => set({ site: filled(site), charger: undefined })}
      />
      <Pick
        label={t('sessions.charger')}
        options={[
          { id: ANY, label: t('sessions.anyCharger') },
          ...chargers.map(({ id }) => ({ id, label: id })),
          ...unlisted(search.charger, chargers),
        ]}
        value={search.charger ?? ANY}
        onChange={(charger) => set({ charger: filled(charger) })}
      />
      {Object.keys(search).length > 0 && (
        <Link to="/sessions" search={{}} className="button">
          {t('sessions.clear')}
        </Link>
      )}
    </div>
  );
}

/** What the address asks for stays visible, also while the list is not there yet. */
function unlisted(id: string | undefined, listed: readonly { id: string }[]) {
  return id === undefined || listed.some((one) => one.id === id) ? [] : [{ id, label: id }];
}
