import { isoTime, type Millis, SECOND } from '#estate/units.ts';
import type { LiveView } from '../report/live-view.ts';
import type { Measure } from './measure/measure.ts';
import type { FaultResult, TimelinePoint } from './result.ts';

const SPEED_POINTS = 5;

/** How far a run has come. */
export interface Progress {
  /** What is done now; ends the stage that runs. */
  phase(text: string): void;
  stage(stage: { name: string; number: number; of: number; fromMs: Millis; forMs: Millis }): void;
  /** Real seconds since the start. */
  elapsedS(): number;
  /** A fault begins; the returned function ends it. */
  fault(fault: Pick<FaultResult, 'stage' | 'text' | 'peers'>): () => void;
  readonly faults: readonly FaultResult[];
  /** All that moves is there: from now on the view shows it. */
  watch(moving: Moving): void;
  view(): LiveView;
}

/** What a run shows once its fleet is there. */
export interface Moving {
  measure: Measure;
  now: () => Millis;
  lagS: () => number;
  queued: () => number;
  charging: () => number;
  gateways: number;
  connections: LiveView['connections'];
}

export function createProgress(
  run: Pick<LiveView, 'title' | 'seed' | 'api' | 'chargers'> & { steadyMs: () => number },
): Progress {
  const { steadyMs, ...named } = run;
  const startMs = steadyMs();
  const faults: FaultResult[] = [];
  let phase = '';
  let stage: Parameters<Progress['stage']>[0] | null = null;
  let moving: Moving | null = null;
  const elapsedS = () => (steadyMs() - startMs) / 1_000;
  return {
    phase(text) {
      phase = text;
      stage = null;
    },
    stage: (next) => void (stage = next),
    elapsedS,
    fault(fault) {
      const atS = () => moving?.measure.elapsedS() ?? elapsedS();
      const result: FaultResult = { ...fault, fromS: atS(), toS: null };
      faults.push(result);
      return () => void (result.toS = atS());
    },
    faults,
    watch: (what) => void (moving = what),
    view() {
      const last = moving?.measure.latest();
      const now = moving?.now() ?? null;
      const timeline = moving?.measure.timeline() ?? [];
      return {
        ...named,
        elapsedS: elapsedS(),
        phase,
        stage: stage && {
          name: stage.name,
          number: stage.number,
          of: stage.of,
          doneS: ((now ?? stage.fromMs) - stage.fromMs) / 1_000,
          ofS: stage.forMs / 1_000,
        },
        simulatedAt: now === null ? null : isoTime(now),
        speed: speedOf(timeline),
        lagS: moving?.lagS() ?? 0,
        connected: moving?.measure.connected() ?? 0,
        connections: moving?.connections ?? 'gateways',
        gatewaysConnected: moving?.measure.gateways() ?? 0,
        gateways: moving?.gateways ?? 0,
        charging: moving?.charging() ?? 0,
        errors: last?.errors ?? 0,
        queued: moving?.queued() ?? 0,
        memoryMB: process.memoryUsage.rss() / 1e6,
        faults,
        timeline,
      };
    },
  };
}

/** How fast the simulated time passes, over the last points of a timeline. */
function speedOf(timeline: readonly TimelinePoint[]): number {
  const [first, last] = [timeline.at(-SPEED_POINTS) ?? timeline[0], timeline.at(-1)];
  if (!first || !last || last.atS === first.atS) return 0;
  return (Date.parse(last.simulatedAt) - Date.parse(first.simulatedAt)) / SECOND / (last.atS - first.atS);
}
