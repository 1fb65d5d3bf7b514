import type { TimelinePoint } from '../run/result.ts';
import { amount, count, inRome, span } from './format.ts';
import type { LiveView } from './live-view.ts';
import {
  bar,
  cut,
  harmless,
  left,
  lettered,
  type Manner,
  right,
  sparkline,
  tinted,
  type Tone,
  widthOf,
} from './terminal.ts';

const LABEL_COLUMNS = 23;
const VALUE_COLUMNS = 38;
const LEAST_SPARKLINE = 10;
const MOST_FAULTS = 5;

interface Row {
  label: string;
  value: string;
  tone?: Tone | undefined;
  line?: readonly (number | null)[];
}

/** A run as it stands now, as lines no wider than the columns given. */
export function screenLines(view: LiveView, manner: Manner): string[] {
  const lines = [
    ...headLines(view, manner),
    '',
    ...rowsOf(view).map((row) => rowLine(row, manner)),
    '',
    ...faultLines(view, manner),
  ];
  return lines.map((line) => lettered(line, manner));
}

function headLines(view: LiveView, manner: Manner): string[] {
  const { stage, simulatedAt, lagS } = view;
  const elapsed = span(Math.floor(view.elapsedS));
  const where = harmless(`${view.title} · seed ${view.seed} · ${view.api}`);
  const head = left(where, manner.columns - widthOf(elapsed) - 2);
  const behind = lagS >= 1 ? `, ${span(lagS)} behind` : '';
  const time =
    simulatedAt === null ? 'not yet' : `${inRome(simulatedAt)} in Rome, ${amount(view.speed)} × real time${behind}`;
  return [
    `${tinted(head, 'bold', manner)}  ${elapsed}`,
    tinted((manner.unicode ? '─' : '-').repeat(manner.columns), 'dim', manner),
    stage ? stageLine(stage, manner) : cut(harmless(view.phase), manner.columns),
    rowLine({ label: 'Simulated time', value: time, tone: lagS >= 5 ? 'yellow' : undefined }, manner),
  ];
}

function stageLine(stage: NonNullable<LiveView['stage']>, manner: Manner): string {
  const share = stage.ofS > 0 ? stage.doneS / stage.ofS : 1;
  const progress = `${right(`${Math.floor(100 * share)} %`, 5)}  ${span(Math.floor(stage.doneS))} of ${span(stage.ofS)}`;
  const barColumns = Math.max(8, Math.min(24, manner.columns - 66));
  const room = manner.columns - barColumns - 2 - widthOf(progress);
  const name = left(harmless(`Stage ${stage.number} of ${stage.of}: ${stage.name}`), Math.max(LABEL_COLUMNS, room));
  return `${cut(name, room)}  ${tinted(bar(share, barColumns, manner), 'cyan', manner)}${progress}`;
}

function rowsOf(view: LiveView): Row[] {
  const { timeline } = view;
  const last = timeline.at(-1);
  const all = (of: (point: TimelinePoint) => number | null) => timeline.map(of);
  const part = (some: number, of: number) => ({
    value: `${count(some)} of ${count(of)}`,
    tone: some < of ? ('yellow' as const) : undefined,
  });
  return [
    { label: 'Chargers connected', ...part(view.connected, view.chargers), line: all(({ connected }) => connected) },
    ...(view.gateways > 0
      ? [{ label: `${capital(view.connections)} connected`, ...part(view.gatewaysConnected, view.gateways) }]
      : []),
    { label: 'Cars charging', value: count(view.charging), line: all(({ charging }) => charging) },
    { label: 'Calls of chargers', value: perSecond(last?.callsPerS), line: all(({ callsPerS }) => callsPerS) },
    { label: '  answered within', value: answers(last), line: all(({ p95Ms }) => p95Ms) },
    {
      label: `Messages of ${view.connections}`,
      value: perSecond(last?.publishesPerS),
      line: all((point) => point.publishesPerS),
    },
    { label: 'Errors and no answers', value: count(view.errors), tone: view.errors > 0 ? 'red' : undefined },
    { label: 'Waiting to be sent', value: count(view.queued), tone: view.queued > 0 ? 'yellow' : undefined },
    { label: 'Memory', value: `${count(Math.round(view.memoryMB))} MB` },
  ];
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function perSecond(rate: number | undefined): string {
  return rate === undefined ? '–' : `${amount(rate)} a second`;
}

function answers(point: TimelinePoint | undefined): string {
  if (!point || point.p50Ms === null) return '–';
  const { p50Ms, p95Ms, p99Ms } = point;
  return `half ${amount(p50Ms)}, 95 % ${amount(p95Ms ?? p50Ms)}, 99 % ${amount(p99Ms ?? p50Ms)} ms`;
}

function rowLine({ label, value, tone, line = [] }: Row, manner: Manner): string {
  const room = manner.columns - LABEL_COLUMNS;
  const name = tinted(left(label, LABEL_COLUMNS), 'dim', manner);
  const paint = (text: string) => (tone ? tinted(text, tone, manner) : text);
  const sparkColumns = room - VALUE_COLUMNS - 2;
  if (line.length === 0 || sparkColumns < LEAST_SPARKLINE) return `${name}${paint(cut(value, room))}`;
  const spark = tinted(sparkline(line, sparkColumns, manner), 'cyan', manner);
  return `${name}${paint(left(value, VALUE_COLUMNS))}  ${spark}`;
}

function faultLines({ faults, elapsedS, connections }: LiveView, manner: Manner): string[] {
  const standing = faults.filter(({ toS }) => toS === null);
  if (standing.length === 0) return [rowLine({ label: 'Faults', value: 'none now' }, manner)];
  const rows = standing.slice(0, MOST_FAULTS).map(({ text, peers, fromS }, at): Row => {
    const forS = Math.floor(Math.max(0, elapsedS - fromS));
    const value = harmless(
      `${text} (for ${span(forS)}${peers > 0 ? `, at ${count(peers)} chargers and ${connections}` : ''})`,
    );
    return { label: at === 0 ? 'Faults now' : '', value, tone: 'yellow' };
  });
  const more = standing.length - rows.length;
  if (more > 0) rows.push({ label: '', value: `and ${count(more)} more`, tone: 'yellow' });
  return rows.map((row) => rowLine(row, manner));
}
