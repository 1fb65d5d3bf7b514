import type { Clock } from '#estate/clock.ts';
import type { LiveView, Watch } from './live-view.ts';
import { screenLines } from './screen-lines.ts';
import { type Environment, mannerOf, type Output } from './terminal.ts';

const PERIOD_MS = 250;
const ESCAPE = '\u001B[';
const HIDE_CURSOR = `${ESCAPE}?25l`;
const SHOW_CURSOR = `${ESCAPE}?25h`;
/** What stands between is shown at once by terminals that know it (mode 2026), and costs nothing elsewhere. */
const FRAME_BEGINS = `${ESCAPE}?2026h`;
const FRAME_ENDS = `${ESCAPE}?2026l`;
const HOME = `${ESCAPE}H${ESCAPE}J`;
const TO_LINE_END = `${ESCAPE}K`;
const TO_SCREEN_END = `${ESCAPE}J`;

/** A terminal, and something that tells when the process ends, as `process` does. */
export interface ScreenPlace {
  output: Output;
  environment: Environment;
  process: { once(event: 'exit', run: () => void): unknown; off(event: 'exit', run: () => void): unknown };
}

/** A live screen: redraws in place four times a second (real time) and keeps what stood on the terminal before it. */
export function createScreen(clock: Clock, { output, environment, process }: ScreenPlace, view: () => LiveView): Watch {
  let drawn = { rows: 0, columns: output.columns };
  const draw = () => {
    const manner = mannerOf(output, environment);
    // The last column stays free: a terminal would begin a new line after it.
    const room = { ...manner, columns: manner.columns - 1 };
    const lines = screenLines(view(), room).slice(0, Math.max(1, (output.rows ?? 40) - 1));
    // Terminals differ in what becomes of long lines when they grow narrow: the screen begins anew.
    const isResized = drawn.columns !== output.columns;
    const back = isResized ? HOME : drawn.rows > 0 ? `${ESCAPE}${drawn.rows}A\r` : '';
    const text = lines.map((line) => `${line}${TO_LINE_END}\n`).join('');
    output.write(`${FRAME_BEGINS}${back}${text}${TO_SCREEN_END}${FRAME_ENDS}`);
    drawn = { rows: lines.length, columns: output.columns };
  };
  const restore = () => void output.write(SHOW_CURSOR);
  output.write(HIDE_CURSOR);
  process.once('exit', restore);
  draw();
  const stopDrawing = clock.every(PERIOD_MS, draw);
  return {
    stop() {
      stopDrawing();
      draw();
      process.off('exit', restore);
      restore();
    },
  };
}
