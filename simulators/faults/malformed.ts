import type { Random } from '#estate/random.ts';
import { z } from 'zod';
import { type Fault, interfering } from './fault.ts';

const KINDS = ['cut', 'types', 'unknown', 'not-utf8', 'huge'] as const;
type Kind = (typeof KINDS)[number];

const HUGE_BYTES = 5 * 1024 * 1024;

const parameters = z.object({
  share: z.number().min(0).max(1).default(0.1).describe('Before which share of messages one that is malformed leaves.'),
  kinds: z
    .array(z.enum(KINDS))
    .min(1)
    .default(['cut', 'types', 'unknown', 'not-utf8'])
    .describe('JSON cut short, wrong types, an unknown action or device, bytes that are no UTF-8, 5 MB.'),
});

/** What is malformed leaves beside what is right, never in its place, under ids of its own: no truth is lost by it. */
export const malformed: Fault<typeof parameters> = {
  name: 'malformed',
  about: 'Messages that nobody can read leave between the right ones.',
  kind: 'charger',
  befalls: ['charger', 'gateway'],
  parameters,
  describe: ({ kinds, share }) => `malformed before ${Math.round(share * 100)} % of messages: ${kinds.join(', ')}`,
  begin(on, { share, kinds }) {
    const drawing = (id: string) => {
      const random = on.random(id);
      return () => (random.next() < share ? { random, kind: random.pick(kinds) } : null);
    };
    return interfering(on, {
      charger({ id }) {
        const draw = drawing(id);
        return {
          frames(frame) {
            const drawn = draw();
            return drawn ? [FRAMES[drawn.kind](frame, drawn.random), frame] : [frame];
          },
        };
      },
      gateway({ id }) {
        const draw = drawing(id);
        return {
          garbles: true,
          around({ kind, topic, payload }) {
            const drawn = kind === 'data' ? draw() : null;
            if (!drawn) return {};
            return { before: [{ topic, payload: PAYLOADS[drawn.kind](JSON.stringify(payload)), isGarbled: true }] };
          },
        };
      },
    });
  },
};

/** As OCPP-J says it; bytes that are no UTF-8 and 5 MB end the connection. */
const FRAMES: Record<Kind, (frame: string, random: Random) => string | Buffer> = {
  cut: (frame, random) => JSON.stringify([2, random.text(24), 'Heartbeat', { cutFrom: frame }]).slice(0, -3),
  types: (_, random) => JSON.stringify([2, random.text(24), 'StatusNotification', { connectorId: 'one', evseId: {} }]),
  unknown: (_, random) => JSON.stringify([2, random.text(24), 'NoSuchAction', {}]),
  'not-utf8': (_, random) => notUtf8(JSON.stringify([2, random.text(24), 'Heartbeat', { x: '~' }])),
  huge: (_, random) => JSON.stringify([2, random.text(24), 'Heartbeat', { x: 'x'.repeat(HUGE_BYTES) }]),
};

/** As the payload of a data message; 5 MB end the connection. */
const PAYLOADS: Record<Kind, (payload: string) => object | Buffer> = {
  cut: (payload) => Buffer.from(payload.slice(0, -Math.ceil(payload.length / 3))),
  types: () => ({ ts: 'yesterday', d: [17] }),
  unknown: () => Buffer.from('W=17'),
  'not-utf8': () => notUtf8('{"ts":1,"d":"~"}'),
  huge: () => Buffer.alloc(HUGE_BYTES, ' '),
};

/** The text as bytes, each tilde one that stands in no UTF-8. */
function notUtf8(text: string): Buffer {
  return Buffer.from(Buffer.from(text).map((byte) => (byte === 0x7e ? 0xff : byte)));
}
