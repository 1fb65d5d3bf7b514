import { SECOND } from '#estate/units.ts';
import type { Controls, OcppCall } from './dialect.ts';

/** A call that must reach the central system. */
export interface ToldCall extends OcppCall {
  /** It was answered, and not with an error. */
  heard?: () => void;
}

const RETRY_MS = 2 * SECOND;
const MOST_UNTOLD = 200;

/** Says these in order, each once the one before was heard; what is lost is said again. */
export function tell(controls: Controls, ...calls: ToldCall[]): void {
  const { untold } = controls.memory;
  untold.push(...calls);
  untold.splice(0, untold.length - MOST_UNTOLD);
  void pump(controls);
}

async function pump(controls: Controls): Promise<void> {
  const { memory } = controls;
  if (memory.telling) return;
  memory.telling = true;
  for (let call = memory.untold[0]; call; call = memory.untold[0]) {
    const outcome = await controls.send(call);
    if (outcome.kind === 'lost') break;
    memory.untold.shift();
    if (outcome.kind === 'result') call.heard?.();
  }
  memory.telling = false;
  if (memory.untold.length > 0) controls.after(RETRY_MS, () => void pump(controls));
}

/** Deals a report out to messages that hold so many items each, at least one message. */
export function inParts<T>(items: readonly T[], size: number): { part: T[]; seqNo: number; tbc: boolean }[] {
  const count = Math.max(1, Math.ceil(items.length / size));
  return Array.from({ length: count }, (_, seqNo) => ({
    part: items.slice(seqNo * size, (seqNo + 1) * size),
    seqNo,
    tbc: seqNo < count - 1,
  }));
}
