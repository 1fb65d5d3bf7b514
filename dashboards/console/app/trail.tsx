import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/icon.tsx';

/** The way from the sites to this page. */
export function Trail({ above, here }: { above?: ReactNode; here: string }) {
  const { t } = useTranslation();
  return (
    <nav className="trail" aria-label={t('app.trail')}>
      <ol>
        <li>
          <Link to="/" search={{}}>
            {t('nav.sites')}
          </Link>
        </li>
        {above && (
          <li>
            <Icon name="chevron" />
            {above}
          </li>
        )}
        <li aria-current="page">
          <Icon name="chevron" />
          {here}
        </li>
      </ol>
    </nav>
  );
}
