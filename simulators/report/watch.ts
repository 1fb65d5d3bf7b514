import type { Clock } from '#estate/clock.ts';
import type { LiveView, Watch } from './live-view.ts';
import { createPlain } from './plain.ts';
import { createScreen, type ScreenPlace } from './screen.ts';

const NARROWEST_SCREEN = 40;

/** Shows a run while it runs: a live screen on a terminal with room for it, plain lines elsewhere. The clock is the real one. */
export function watchRun(clock: Clock, place: ScreenPlace, view: () => LiveView): Watch {
  const { isTTY, columns = NARROWEST_SCREEN } = place.output;
  const hasScreen = isTTY === true && columns >= NARROWEST_SCREEN && place.environment['TERM'] !== 'dumb';
  return hasScreen ? createScreen(clock, place, view) : createPlain(clock, place, view);
}
