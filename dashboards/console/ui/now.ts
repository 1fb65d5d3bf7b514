import { useSyncExternalStore } from 'react';

const PERIOD_MS = 1_000;
const watchers = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now();
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(tick, PERIOD_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present, ms, rounded down to `stepMs`: what shows an age is drawn anew as it grows, and not more often. */
export function useNow(stepMs = 1_000): number {
  return useSyncExternalStore(watch, () => Math.floor(now / stepMs) * stepMs);
}
