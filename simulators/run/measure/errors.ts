import type { RunResult } from '../result.ts';

/** Errors by what they say. */
export interface ErrorGroups {
  add(text: string, peer: string): void;
  /** The most frequent first. */
  list(): RunResult['errors'];
}

const MOST_GROUPS = 50;
const MOST_LENGTH = 200;
const OTHERS = 'Other errors, each of which came seldom';

/** Groups errors by their text without what differs from one to the next; what comes after the first 50 groups is one. */
export function createErrorGroups(): ErrorGroups {
  const groups = new Map<string, { count: number; peer: string }>();
  return {
    add(text, peer) {
      const plain = withoutNames(text.slice(0, MOST_LENGTH), peer);
      const key = groups.has(plain) || groups.size < MOST_GROUPS ? plain : OTHERS;
      const group = groups.get(key);
      if (group) group.count += 1;
      else groups.set(key, { count: 1, peer });
    },
    list: () =>
      [...groups]
        .map(([text, { count, peer }]) => ({ text, count, peer }))
        .toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1)),
  };
}

/** An error's text with "…" for the peer, addresses, ids and numbers; codes of HTTP and versions of OCPP stay. */
function withoutNames(text: string, peer: string): string {
  return (peer === '' ? text : text.replaceAll(peer, '…'))
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '…')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?/g, '…')
    .replaceAll(/\b(?=[\w-]*\d)(?!(?:ocpp|v|p)\d)[\w-]{8,}/gi, '…')
    .replaceAll(/(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)/g, (number, at: number, whole: string) =>
      isCode(number, whole.slice(0, at)) ? number : '…',
    )
    .trim();
}

/** A status of HTTP, after a word that says so; a version after the name of the protocol. */
function isCode(number: string, before: string): boolean {
  if (/ocpp ?-?$/i.test(before)) return true;
  return /^[1-5]\d\d$/.test(number) && /(?:http|status|code|response)\W*$/i.test(before);
}
