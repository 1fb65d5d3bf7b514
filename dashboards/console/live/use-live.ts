import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { openLiveStream, type LiveStatus } from './live-stream.ts';
import { touchedBy } from './touched.ts';

/** Outdated queries are asked anew together, at most this often, ms. */
const PACE_MS = { site: 2_000, estate: 5_000 };

let status: LiveStatus = 'connecting';
const watchers = new Set<() => void>();

function setStatus(next: LiveStatus): void {
  status = next;
  for (const watcher of watchers) watcher();
}

/** Whether what is seen follows the estate as it changes. */
export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => status,
  );
}

/** Keeps what is on the screen up to date by the facts of one site, or of the whole estate (null). */
export function useLive(site: string | null): void {
  const client = useQueryClient();
  useEffect(() => {
    const pace = createPace(client, site === null ? PACE_MS.estate : PACE_MS.site);
    const close = openLiveStream({
      site,
      onFact: (fact) => touchedBy(fact).forEach(pace.mark),
      onStatus: setStatus,
      onGap: () => void client.invalidateQueries(),
    });
    return () => {
      close();
      pace.stop();
    };
  }, [client, site]);
}

/** Collects outdated keys and asks for them anew at a steady pace. */
function createPace(client: QueryClient, periodMs: number) {
  const outdated = new Map<string, string[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const queryKey of outdated.values()) void client.invalidateQueries({ queryKey });
    outdated.clear();
  };
  return {
    mark: (key: string[]) => {
      outdated.set(key.join('\n'), key);
      timer ??= setTimeout(flush, periodMs);
    },
    stop: () => clearTimeout(timer),
  };
}
