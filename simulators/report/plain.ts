import type { Clock } from '#estate/clock.ts';
import { amount, clockTime, count, milliseconds, span } from './format.ts';
import type { LiveView, Watch } from './live-view.ts';
import { type Environment, harmless, lettered, mannerOf, type Output } from './terminal.ts';

const LOOK_MS = 250;
const TELL_EVERY_S = 10;

/** Plain lines for a pipe or a log: one each ten seconds (real time), and one for each stage and fault. */
export function createPlain(
  clock: Clock,
  { output, environment }: { output: Output; environment: Environment },
  view: () => LiveView,
): Watch {
  const manner = mannerOf(output, environment);
  let told: { phase: string; atS: number; endedFaults: boolean[] } = { phase: '', atS: 0, endedFaults: [] };
  const look = () => {
    const now = view();
    const say = (text: string) =>
      output.write(`${lettered(harmless(`${clockTime(Math.floor(now.elapsedS))}  ${text}`), manner)}\n`);
    const phase = phaseOf(now);
    if (phase !== told.phase) say(phase);
    const endedFaults = now.faults.map(({ toS }) => toS !== null);
    for (const [at, fault] of now.faults.entries()) {
      if (told.endedFaults[at] === undefined)
        say(`Fault begins: ${fault.text}${fault.peers > 0 ? `, for ${count(fault.peers)} chargers and gateways` : ''}`);
      if (endedFaults[at] && !told.endedFaults[at])
        say(`Fault ends: ${fault.text}, after ${span((fault.toS ?? 0) - fault.fromS)}`);
    }
    const isDue = now.elapsedS - told.atS >= TELL_EVERY_S;
    if (isDue) say(standing(now));
    told = { phase, endedFaults, atS: isDue ? now.elapsedS : told.atS };
  };
  look();
  const stopLooking = clock.every(LOOK_MS, look);
  return {
    stop() {
      stopLooking();
      look();
    },
  };
}

function phaseOf({ stage, phase }: LiveView): string {
  return stage ? `Stage ${stage.number} of ${stage.of}: ${stage.name} (${span(stage.ofS)} simulated)` : phase;
}

function standing(view: LiveView): string {
  const last = view.timeline.at(-1);
  const within = last && last.p95Ms !== null ? ` (95 % within ${milliseconds(last.p95Ms)})` : '';
  return [
    `${count(view.connected)} of ${count(view.chargers)} chargers`,
    ...(view.gateways > 0 ? [`${count(view.gatewaysConnected)} of ${count(view.gateways)} gateways`] : []),
    `${count(view.charging)} charging`,
    `${amount(last?.callsPerS ?? 0)} calls/s${within}`,
    ...(view.gateways > 0 ? [`${amount(last?.publishesPerS ?? 0)} messages/s`] : []),
    `${count(view.errors)} errors`,
    `${count(view.queued)} waiting`,
    `${count(Math.round(view.memoryMB))} MB`,
    ...(view.lagS >= 1 ? [`${span(view.lagS)} behind`] : []),
  ].join(', ');
}
