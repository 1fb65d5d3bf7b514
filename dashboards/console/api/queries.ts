import { infiniteQueryOptions, queryOptions, type InfiniteData } from '@tanstack/react-query';
import { pathTo, read } from './client.ts';
import type {
  Alarm,
  Charger,
  Device,
  Info,
  Me,
  Page,
  PowerPoint,
  RefusedHandshake,
  Session,
  SessionState,
  Site,
  TracedMessage,
} from './contract.ts';

/** The questions the console asks, by name. Live facts mark them as outdated by the head of their key. */

const PAGE = 50;
const ALL = 500;

/** Follows the cursors of a list to its end. */
async function all<T>(parts: string[], query: Record<string, string | undefined>, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read(pathTo(parts, { ...query, limit: ALL, cursor }), signal);
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** A list that is read page by page; its data are the items of the pages so far. */
function paged<T>(list: {
  queryKey: readonly unknown[];
  parts: string[];
  query?: Record<string, string | undefined>;
  refetchInterval: number;
}) {
  const { queryKey, parts, query, refetchInterval } = list;
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      read<Page<T>>(pathTo(parts, { ...query, limit: PAGE, cursor: pageParam ?? undefined }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    select: ({ pages }: InfiniteData<Page<T>>) => pages.flatMap(({ items }) => items),
    refetchInterval,
  });
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => read<Me>('/v1/me', signal),
  staleTime: 60_000,
});

export const infoQuery = queryOptions({
  queryKey: ['info'],
  queryFn: ({ signal }) => read<Info>('/v1/info', signal),
  staleTime: 600_000,
});

export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  queryFn: ({ signal }) => all<Site>(['sites'], {}, signal),
  refetchInterval: 30_000,
});

/** The names of all sites by their ids, in the order of the API. They seldom change. */
export const siteNamesQuery = queryOptions({
  queryKey: ['site-names'],
  queryFn: async ({ signal }) => {
    const sites = await all<Site>(['sites'], {}, signal);
    return new Map(sites.map(({ id, name }) => [id, name]));
  },
  staleTime: 60_000,
});

export const siteQuery = (site: string) =>
  queryOptions({
    queryKey: ['site', site],
    queryFn: ({ signal }) => read<Site>(pathTo(['sites', site]), signal),
    refetchInterval: 15_000,
  });

/** About 200 steps over the whole period, s. */
const stepFor = (hours: number) => (hours > 3 ? 300 : 60);

export const powerQuery = (site: string, hours: number) =>
  queryOptions({
    queryKey: ['power', site, hours],
    queryFn: async ({ signal }) => {
      const to = Date.now();
      const query = { from: to - hours * 3_600_000, to, step: stepFor(hours) };
      const answer: { points: PowerPoint[] } = await read(pathTo(['sites', site, 'power'], query), signal);
      return answer.points;
    },
    refetchInterval: 30_000,
  });

export const decisionQuery = (site: string) =>
  queryOptions({
    queryKey: ['decision', site],
    queryFn: ({ signal }) => read<unknown>(pathTo(['sites', site, 'decision']), signal),
    refetchInterval: 30_000,
  });

export const chargersQuery = (site?: string) =>
  queryOptions({
    queryKey: ['chargers', site ?? null],
    queryFn: ({ signal }) => all<Charger>(['chargers'], { site }, signal),
    refetchInterval: 30_000,
  });

export const chargerQuery = (charger: string) =>
  queryOptions({
    queryKey: ['charger', charger],
    queryFn: ({ signal }) => read<Charger>(pathTo(['chargers', charger]), signal),
    refetchInterval: 15_000,
  });

export const refusedQuery = queryOptions({
  queryKey: ['refused'],
  queryFn: async ({ signal }) => (await read<Page<RefusedHandshake>>('/v1/chargers/refused', signal)).items,
  refetchInterval: 5_000,
});

/** Newest first. */
export const messagesQuery = (charger: string) =>
  paged<TracedMessage>({
    queryKey: ['messages', charger],
    parts: ['chargers', charger, 'messages'],
    refetchInterval: 10_000,
  });

export interface SessionFilter {
  charger?: string;
  site?: string;
  state?: SessionState;
}

/** Newest first. */
export const sessionsQuery = (filter: SessionFilter) =>
  paged<Session>({
    queryKey: ['sessions', filter],
    parts: ['sessions'],
    query: { ...filter },
    refetchInterval: 30_000,
  });

export const devicesQuery = (site: string) =>
  queryOptions({
    queryKey: ['devices', site],
    queryFn: ({ signal }) => all<Device>(['devices'], { site }, signal),
    refetchInterval: 15_000,
  });

export const alarmsQuery = (filter: { site?: string; active?: boolean }) =>
  queryOptions({
    queryKey: ['alarms', filter],
    queryFn: ({ signal }) =>
      all<Alarm>(
        ['alarms'],
        { site: filter.site, active: filter.active === undefined ? undefined : String(filter.active) },
        signal,
      ),
    refetchInterval: 30_000,
  });
