import type { Random } from '#estate/random.ts';
import type { MessageSchema } from '#ocpp-server/wire/schemas.ts';

/** Payloads as their schemas have them, made by chance. */

const NOW = Date.UTC(2026, 4, 18, 10);

export interface Maker {
  random: Random;
  /** The schema of the whole message, where definitions are kept. */
  message: MessageSchema;
}

/** Anything that a schema allows. */
export function validPayload(of: MessageSchema, maker: Maker): unknown {
  const schema = of.$ref === undefined ? of : (maker.message.definitions?.[of.$ref] ?? {});
  const { random } = maker;
  if (schema.enum) return random.pick(schema.enum);
  switch (schema.type) {
    case 'object':
      return validObject(schema, maker);
    case 'array': {
      const least = schema.minItems ?? 0;
      const length = random.int(least, Math.max(least, Math.min(schema.maxItems ?? 3, 3)));
      return Array.from({ length }, () => validPayload(schema.items ?? {}, maker));
    }
    case 'string':
      return validText(schema, random);
    case 'integer':
      return random.int(Math.max(schema.minimum ?? 0, 0), Math.min(schema.maximum ?? 9, 9));
    case 'number':
      return Math.min(random.int(0, 10_000) / 10, schema.maximum ?? Infinity);
    case 'boolean':
      return random.next() < 0.5;
    default:
      return random.text(3);
  }
}

function validObject({ properties = {}, required = [] }: MessageSchema, maker: Maker): object {
  const chosen = Object.entries(properties).filter(([name]) => required.includes(name) || maker.random.next() < 0.4);
  return Object.fromEntries(chosen.map(([name, schema]) => [name, validPayload(schema, maker)]));
}

/** Few tokens and numbers, so that messages meet: the stop of one is that of a start before. */
function validText({ format, maxLength = 20 }: MessageSchema, random: Random): string {
  if (format === 'date-time') return new Date(NOW - random.int(0, 3_600) * 1_000).toISOString();
  if (format === 'uri') return 'https://example.com/firmware.bin';
  const said = random.pick(['1', '2', 'tx', 'CARD-1', '12.5', random.text(random.int(1, 12))]);
  return said.slice(0, maxLength);
}
