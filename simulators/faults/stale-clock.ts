import { z } from 'zod';
import { formatDuration, parseDuration } from '../scenario/duration.ts';
import { type Fault, interfering } from './fault.ts';

const parameters = z.object({
  offBy: z
    .string()
    .regex(/^[+-]\d+(\.\d+)?(ms|s|m|h|d)$/, { error: 'a signed duration is expected, as in +3h or -90s' })
    .transform((text) => (text.startsWith('-') ? -1 : 1) * parseDuration(text.slice(1)))
    .prefault('+3h')
    .describe('How far the clock is off, as +3h or -90s.'),
  shows: z.iso
    .date()
    .optional()
    .describe('Instead: the day that it shows when it begins, as 1970-01-01 or 2099-12-31; it goes on from there.'),
});

/**
 * Every time that they tell by themselves is wrong: of sessions, meter values, statuses, readings. The truth says when
 * a session was by the right clock, and of each message what it told.
 */
export const staleClock: Fault<typeof parameters> = {
  name: 'stale-clock',
  about: 'The clocks of chargers and gateways are wrong, and all that they tell is stamped by them.',
  kind: 'charger',
  befalls: ['charger', 'gateway'],
  parameters,
  describe: ({ offBy, shows }) =>
    shows === undefined ? `clocks ${offBy < 0 ? '-' : '+'}${formatDuration(Math.abs(offBy))}` : `clocks at ${shows}`,
  begin(on, { offBy, shows }) {
    const offMs = shows === undefined ? offBy : Date.parse(shows) - on.clock.now();
    return interfering(on, {
      charger: () => ({ clockOffMs: () => offMs }),
      gateway: () => ({ clockOffMs: () => offMs }),
    });
  },
};
