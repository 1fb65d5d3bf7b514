import type { Fact } from '#estate/fact.ts';
import { pathTo } from '../api/client.ts';

export type LiveStatus = 'connecting' | 'live' | 'lost';

const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

/**
 * Listens to the estate's facts, of one site or of all, and comes back by itself when the stream breaks.
 * `onGap` is called when facts may have been missed. Returns what ends it.
 */
export function openLiveStream(options: {
  site: string | null;
  onFact: (fact: Fact) => void;
  onStatus: (status: LiveStatus) => void;
  onGap: () => void;
}): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const open = () => {
    source = new EventSource(pathTo(['live'], { site: options.site ?? undefined }));
    source.addEventListener('open', () => {
      if (failures > 0) options.onGap();
      failures = 0;
      options.onStatus('live');
    });
    source.addEventListener('fact', (event: MessageEvent<string>) => options.onFact(factOf(event.data)));
    source.addEventListener('gap', options.onGap);
    source.addEventListener('error', () => {
      // The browser's own retry gives up at the first answer that is not 200, so it is done here.
      source?.close();
      options.onStatus('lost');
      retry = setTimeout(open, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    });
  };
  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}

function factOf(data: string): Fact {
  return JSON.parse(data) as Fact;
}
