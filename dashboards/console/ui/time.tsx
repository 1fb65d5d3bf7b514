import { exactTime, relativeTime, shortTime } from '../format/time.ts';
import { useNow } from './now.ts';
import { useLocale } from './use-locale.ts';

/** How long ago it was; the exact time, Rome's, shows when pointed at. */
export function Ago({ at }: { at: string | number }) {
  const { locale } = useLocale();
  const now = useNow();
  const atMs = new Date(at).getTime();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactTime(atMs, locale)}>
      {relativeTime(atMs, now + 999, locale)}
    </time>
  );
}

/** When it was, by Rome's clock; to the second when pointed at. */
export function Moment({ at }: { at: string | number }) {
  const { locale } = useLocale();
  const atMs = new Date(at).getTime();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactTime(atMs, locale)}>
      {shortTime(atMs, locale)}
    </time>
  );
}
