import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { siteNamesQuery } from '../api/queries.ts';

/** A site by its name; by its id until the name is known. */
export function SiteLink({ site }: { site: string }) {
  const names = useQuery(siteNamesQuery).data;
  return (
    <Link to="/sites/$site" params={{ site }} search={{}}>
      {names?.get(site) ?? site}
    </Link>
  );
}

/** All sites, to choose one by its name. */
export function useSiteChoices(): { id: string; label: string }[] {
  const names = useQuery(siteNamesQuery).data ?? new Map<string, string>();
  return [...names].map(([id, label]) => ({ id, label }));
}
