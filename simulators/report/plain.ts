import type { Clock } from '#estate/clock.ts';
import { amount, clockTime, count, milliseconds, span } from './format.ts';
import type { FaultResult, TimelinePoint } from '../run/result.ts';
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
    const endedFaults = now.faults.map(({ toS }) => toS !== null);
    // A stage ends with its faults.
    for (const [at, fault] of now.faults.entries())
      if (endedFaults[at] && told.endedFaults[at] === false) say(endOf(fault));
    if (phase !== told.phase) say(phase);
    for (const fault of now.faults.slice(told.endedFaults.length)) {
      say(beginOf(fault, now));
      if (fault.toS !== null) say(endOf(fault));
    }
    const isDue = now.elapsedS - told.atS >= TELL_EVERY_S;
    if (isDue) say(standing(now, told.atS));
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

function beginOf({ text, peers }: FaultResult, { connections }: LiveView): string {
  return `Fault begins: ${text}${peers > 0 ? `, for ${count(peers)} chargers and ${connections}` : ''}`;
}

function endOf({ text, fromS, toS }: FaultResult): string {
  return `Fault ends: ${text}, after ${span((toS ?? 0) - fromS)}`;
}

/** How it stands now; how much came over the wires is a mean since an instant. */
function standing(view: LiveView, sinceS: number): string {
  const points = view.timeline.filter(({ atS }) => atS > sinceS);
  const slowest = Math.max(...points.map(({ p95Ms }) => p95Ms ?? 0));
  const within = slowest > 0 ? ` (95 % within ${milliseconds(slowest)})` : '';
  return [
    `${count(view.connected)} of ${count(view.chargers)} chargers`,
    ...(view.gateways > 0 ? [`${count(view.gatewaysConnected)} of ${count(view.gateways)} ${view.connections}`] : []),
    `${count(view.charging)} charging`,
    `${amount(meanOf(points, 'callsPerS', sinceS))} calls/s${within}`,
    ...(view.gateways > 0 ? [`${amount(meanOf(points, 'publishesPerS', sinceS))} messages/s`] : []),
    `${count(view.errors)} errors`,
    `${count(view.queued)} waiting`,
    `${count(Math.round(view.memoryMB))} MB`,
    ...(view.lagS >= 1 ? [`${span(view.lagS)} behind`] : []),
  ].join(', ');
}

/** The mean of a rate over points, each of which holds since the one before. */
function meanOf(points: readonly TimelinePoint[], rate: 'callsPerS' | 'publishesPerS', sinceS: number): number {
  const lastS = points.at(-1)?.atS ?? sinceS;
  if (lastS <= sinceS) return 0;
  const sum = points.reduce((of, point, at) => of + point[rate] * (point.atS - (points[at - 1]?.atS ?? sinceS)), 0);
  return sum / (lastS - sinceS);
}
