import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Site } from '../api/contract.ts';
import { sitesQuery } from '../api/queries.ts';
import { given, type SitesSearch } from '../app/search.ts';
import { useTitle } from '../app/use-title.ts';
import { count } from '../format/quantity.ts';
import { useLive } from '../live/use-live.ts';
import { Answer } from '../ui/answer.tsx';
import { Choices } from '../ui/choices.tsx';
import { Empty, Loading } from '../ui/feedback.tsx';
import { Search } from '../ui/field.tsx';
import { useLocale } from '../ui/use-locale.ts';
import { Counts } from './counts.tsx';
import { SitesList } from './sites-list.tsx';
import { StateFilter } from './state-filter.tsx';
import { matching, worstFirst } from './worst-first.ts';
import './sites.css';
import './map.css';

const SitesMap = lazy(() => import('./sites-map.tsx').then((file) => ({ default: file.SitesMap })));

/** The estate: a map and an equal list of its sites, worst first. */
export function SitesPage() {
  const { t } = useTranslation();
  useTitle(t('sites.title'));
  useLive(null);
  const sites = useQuery(sitesQuery);
  return (
    <div className="sites">
      <h1 className="visually-hidden">{t('sites.title')}</h1>
      <Answer to={sites} height="70dvh">
        {(all) => (
          <>
            <Counts sites={all} />
            {all.length === 0 ? (
              <section className="card">
                <Empty icon="map" title={t('sites.none')} hint={t('sites.noneHint')} />
              </section>
            ) : (
              <Estate all={all} />
            )}
          </>
        )}
      </Answer>
    </div>
  );
}

function Estate({ all }: { all: readonly Site[] }) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const search = useSearch({ from: '/shell/' });
  const navigate = useNavigate();
  const [pointed, setPointed] = useState<string | null>(null);
  const set = (change: { [Key in keyof SitesSearch]: SitesSearch[Key] | undefined }) =>
    void navigate({ to: '/', search: given({ ...search, ...change }), replace: true });
  const found = useMemo(() => matching(all, search.q ?? ''), [all, search.q]);
  const shown = useMemo(
    () => worstFirst(search.state ? found.filter(({ state }) => state === search.state) : found, locale),
    [found, search.state, locale],
  );
  return (
    <div className="estate" data-view={search.view ?? 'list'}>
      <section className="card estate-list" aria-label={t('sites.list')}>
        <div className="estate-tools">
          <Search
            label={t('sites.search')}
            hint={t('sites.searchHint')}
            clear={t('sites.clear')}
            value={search.q ?? ''}
            onChange={(q) => set({ q: q === '' ? undefined : q })}
          />
          <StateFilter sites={found} value={search.state} onChange={(state) => set({ state })} />
          <div className="estate-line">
            <p className="small muted" role="status">
              {t('sites.shown', { shown: count(shown.length, locale), total: count(all.length, locale) })}
            </p>
            <div className="estate-view">
              <Choices
                label={t('sites.view')}
                options={[
                  { id: 'list', label: t('sites.list') },
                  { id: 'map', label: t('sites.map') },
                ]}
                value={search.view ?? 'list'}
                onChange={(view) => set({ view: view === 'map' ? view : undefined })}
              />
            </div>
          </div>
        </div>
        {shown.length === 0 ? <NoMatch /> : <SitesList sites={shown} onPoint={setPointed} />}
      </section>
      <section className="card estate-map" aria-label={t('sites.map')}>
        <Suspense fallback={<Loading height="100%" />}>
          <SitesMap
            sites={shown}
            pointed={pointed}
            onOpen={(site) => void navigate({ to: '/sites/$site', params: { site }, search: {} })}
          />
        </Suspense>
        <Unplaced sites={shown} />
      </section>
    </div>
  );
}

function NoMatch() {
  const { t } = useTranslation();
  return (
    <Empty icon="search" title={t('sites.noMatch')} hint={t('sites.noMatchHint')}>
      <Link to="/" search={{}} className="button button-small">
        {t('sites.showAll')}
      </Link>
    </Empty>
  );
}

function Unplaced({ sites }: { sites: readonly Site[] }) {
  const { t } = useTranslation();
  const unplaced = sites.filter(({ latitude, longitude }) => latitude === null || longitude === null).length;
  return unplaced === 0 ? null : <p className="map-note">{t('sites.noPlace', { count: unplaced })}</p>;
}
