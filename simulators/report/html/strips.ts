import type { FaultResult, RunResult, StageResult } from '../../run/result.ts';
import { clockTime, span } from '../format.ts';
import { percent } from './chart.ts';
import { html, type Markup } from './markup.ts';
import type { Scale } from './scale.ts';

/** A fault in its lane: lanes hold those that do not meet. */
interface Placed {
  number: number;
  fault: FaultResult;
  from: number;
  to: number;
  lane: number;
  /** Its name stands on the left of it, where there is no room on the right. */
  isLeft: boolean;
}

/** Width of a letter as a share of the time axis, on a wide screen; and of the name of a stage what at least must fit. */
const LETTER = 0.0095;
const LEAST_OF_NAME = 4;

/** Stages and faults as bars over the time of the run. */
export function strips(result: RunResult, time: Scale): Markup {
  const { stages, faults } = result;
  const placed = inLanes(faults, time);
  const lanes = Math.max(0, ...placed.map(({ lane }) => lane + 1));
  return html`<div class="strips" aria-hidden="true">
    <div class="strip stages">${stages.map((stage) => band(stage, time))}</div>
    <div class="strip faults" style="--lanes:${lanes}">${placed.map(bar)}</div>
  </div>`;
}

/** A stage that is too short for its name has none: it is cut off rather than written over the next. */
function band({ name, fromS, toS }: StageResult, time: Scale): Markup {
  const width = time.at(toS) - time.at(fromS);
  const isRoomy = width >= (Math.min(name.length, LEAST_OF_NAME) + 1) * LETTER;
  return html`<span
    class="${isRoomy ? '' : 'narrow'}"
    style="left:${percent(time.at(fromS))};width:${percent(width)}"
    title="${name}, ${clockTime(fromS)} to ${clockTime(toS)}"
    >${isRoomy ? name : ''}</span
  >`;
}

function bar({ number, fault, from, to, lane, isLeft }: Placed): Markup {
  const length = fault.toS === null ? 'to the end' : span(fault.toS - fault.fromS);
  return html`<span
    class="bar${isLeft ? ' left' : ''}"
    style="left:${percent(from)};width:${percent(to - from)};--lane:${lane}"
    title="${fault.text}, ${length}"
    ><span><b>${number}</b><i> ${fault.text}</i></span></span
  >`;
}

function inLanes(faults: readonly FaultResult[], time: Scale): Placed[] {
  const ends: number[] = [];
  return faults.map((fault, at) => {
    const from = time.at(fault.fromS);
    const to = fault.toS === null ? 1 : time.at(fault.toS);
    const room = (fault.text.length + 4) * LETTER;
    const isLeft = to + room > 1;
    const [begins, isFreeFrom] = isLeft ? [from - room, to] : [from, to + room];
    const free = ends.findIndex((end) => end <= begins);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = isFreeFrom;
    return { number: at + 1, fault, from, to, lane, isLeft };
  });
}
