import type { CommandResult } from '#estate/command.ts';

/** What several calls come to: the first outcome that is not `accepted`, and all that was answered. */
export function joined(results: readonly CommandResult[]): CommandResult {
  const [first, ...others] = results;
  if (!first) return { outcome: 'accepted', response: {} };
  const outcome = results.find((result) => result.outcome !== 'accepted')?.outcome ?? 'accepted';
  return { outcome, response: others.reduce((whole, { response }) => merged(whole, response), first.response) };
}

/** Lists are joined; of the rest, what was said last holds. */
function merged(before: unknown, after: unknown): unknown {
  if (isList(before) && isList(after)) return [...before, ...after];
  if (!isRecord(before) || !isRecord(after)) return after;
  const entries = Object.entries(after).map(([key, value]) => [
    key,
    isList(value) ? merged(before[key] ?? [], value) : value,
  ]);
  return { ...before, ...Object.fromEntries(entries) };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !isList(value);
}
