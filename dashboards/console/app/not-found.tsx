import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty, Failure } from '../ui/feedback.tsx';
import { useTitle } from './use-title.ts';

/** The page of an address at which nothing lives. */
export function NotFound() {
  const { t } = useTranslation();
  useTitle(t('error.pageTitle'));
  return (
    <main className="page page-alone">
      <h1 className="visually-hidden">{t('error.pageTitle')}</h1>
      <Empty icon="map" title={t('error.pageTitle')} hint={t('error.pageText')}>
        <Link to="/" className="button">
          {t('error.toSites')}
        </Link>
      </Empty>
    </main>
  );
}

/** The page of an error that no part of a page could show by itself. */
export function Unexpected({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  useTitle(t('error.title'));
  return (
    <main className="page page-alone">
      <Failure
        isPage
        error={error}
        onRetry={() => {
          reset();
          location.reload();
        }}
      />
    </main>
  );
}
