import { z } from 'zod';
import type { Clock } from '#estate/clock.ts';
import type { Touch } from '../../rollups/touched.ts';
import type { InfluxServer } from './server.ts';

/** The retention policy of notes, apart from what is measured. */
export const NOTES = 'notes';
/** No device type is called so. */
const MEASUREMENT = 'polisgrid:touched';
/** A text field has at most 64 KiB. */
const MOST_IN_A_NOTE = 250;

const steps = z.array(z.tuple([z.enum(['quarter', 'day']), z.string(), z.string(), z.string(), z.number()]));

/** The steps that are to be rolled up, kept where the readings are: they survive a crash between these and the roll-up. */
export interface Notes {
  load(): Promise<Touch[]>;
  add(touches: readonly Touch[]): Promise<void>;
  /** Puts those that there are now in place of all that were noted. */
  replace(touched: readonly Touch[]): Promise<void>;
}

export function createNotes(server: InfluxServer, clock: Clock): Notes {
  let lastAt = 0;
  const add = async (touches: readonly Touch[]) => {
    const lines: string[] = [];
    for (let start = 0; start < touches.length; start += MOST_IN_A_NOTE) {
      const some = touches.slice(start, start + MOST_IN_A_NOTE);
      const text = JSON.stringify(some.map(({ tier, type, site, device, at }) => [tier, type, site, device, at]));
      // Notes of the same instant would replace each other.
      lastAt = Math.max(lastAt + 1, clock.now());
      lines.push(`${MEASUREMENT} steps="${text.replaceAll(/["\\]/g, '\\$&')}" ${lastAt}`);
    }
    if (lines.length > 0) await server.write(lines, NOTES);
  };
  return {
    add,
    async load() {
      const [series = []] = await server.ask([`SELECT "steps" FROM "${NOTES}"."${MEASUREMENT}"`], {});
      return series.flatMap(({ values }) =>
        values.flatMap(([at, text]) => {
          lastAt = Math.max(lastAt, Number(at));
          const noted = steps.parse(JSON.parse(String(text)));
          return noted.map(([tier, type, site, device, begin]): Touch => ({ tier, type, site, device, at: begin }));
        }),
      );
    },
    async replace(touched) {
      lastAt = Math.max(lastAt + 1, clock.now());
      const until = lastAt;
      await add(touched);
      await server.ask([`DELETE FROM "${MEASUREMENT}" WHERE time <= ${until}ms`], {});
    },
  };
}
