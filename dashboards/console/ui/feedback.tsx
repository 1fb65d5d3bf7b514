import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { PolisError } from '#estate/errors.ts';
import { Icon, type IconName } from './icon.tsx';

/** Says that there is nothing, why, and what to do about it. */
export function Empty(props: { icon: IconName; title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={props.icon} />
      <strong>{props.title}</strong>
      {props.hint && <p className="small">{props.hint}</p>}
      {props.children}
    </div>
  );
}

/** Says what went wrong and what to do next. */
export function Failure(props: { error: unknown; onRetry?: () => void; isPage?: boolean | undefined }) {
  const { error, onRetry, isPage = false } = props;
  const { t } = useTranslation();
  const advice = useAdvice(error);
  return (
    <div className="empty" role="alert">
      <Icon name="warning" />
      {isPage ? <h1>{t('error.title')}</h1> : <strong>{t('error.title')}</strong>}
      <p className="small">{advice}</p>
      {onRetry && (
        <Button className="button button-small" onPress={onRetry}>
          {t('error.retry')}
        </Button>
      )}
      {isPage && (
        <Link to="/" search={{}}>
          {t('error.toSites')}
        </Link>
      )}
    </div>
  );
}

/** What to do about an error, in the reader's language where we know the kind, else in the server's words. */
export function useAdvice(error: unknown): string {
  const { t } = useTranslation();
  if (!(error instanceof PolisError)) return t('error.internal');
  switch (error.code) {
    case 'unavailable':
      return t('error.unavailable');
    case 'forbidden':
      return t('error.forbidden');
    case 'not-found':
      return t('error.notFound');
    case 'rate-limited':
      return t('error.rateLimited');
    case 'internal':
      return t('error.internal');
    default:
      return error.message;
  }
}

/** A sentence that stands out, with its tone. */
export function Notice(props: { tone: 'ok' | 'warning' | 'alarm' | 'charging'; icon: IconName; children: ReactNode }) {
  return (
    <div className={`notice tone-${props.tone}`} role={props.tone === 'alarm' ? 'alert' : 'status'}>
      <Icon name={props.icon} />
      <div>{props.children}</div>
    </div>
  );
}

/** Keeps the place of what is on its way. */
export function Loading({ height = '8rem' }: { height?: string | undefined }) {
  return <div className="skeleton" style={{ height }} aria-busy="true" />;
}
