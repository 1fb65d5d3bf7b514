import { PolisError } from '#estate/errors.ts';
import type { TraceIndex } from './trace-index.ts';
import type { MqttMessage } from './trace.ts';

/** Under what names the sites, chargers and devices of a trace are replayed. */
export interface Identities {
  of: (recorded: string) => string;
  /** An MQTT message with the names in its topic and payload replaced. */
  message(message: MqttMessage): MqttMessage;
}

/**
 * @param options `renamed`: new names by recorded ones; `prefix`: what is put before all others.
 * @throws PolisError `invalid` when a name is none of the trace's, or two would become one.
 */
export function createIdentities(
  { estate }: Pick<TraceIndex, 'estate'>,
  { renamed = new Map(), prefix = '' }: { renamed?: ReadonlyMap<string, string>; prefix?: string },
): Identities {
  const names = [estate.sites, estate.chargers, estate.devices].flatMap((known) =>
    [...known.values()].map(({ id }) => id),
  );
  const known = new Set(names);
  for (const name of renamed.keys()) {
    if (!known.has(name))
      throw new PolisError('invalid', `--map ${name}: the trace has no site, charger or device of this name.`);
  }
  const now = new Map([...known].map((name) => [name, renamed.get(name) ?? prefix + name]));
  const taken = new Map<string, string>();
  for (const [before, after] of now) {
    const other = taken.get(after);
    if (other !== undefined) throw new PolisError('invalid', `${other} and ${before} would both become ${after}.`);
    taken.set(after, before);
  }
  const of = (recorded: string) => now.get(recorded) ?? recorded;
  return {
    of,
    message: (message) => ({
      ...message,
      topic: message.topic.split('/').map(of).join('/'),
      ...('payload' in message ? { payload: withNames(message.payload, of) } : {}),
    }),
  };
}

/** Devices stand in payloads as names of fields: `{"d": {"barolo-grid": …}}`. */
function withNames(value: unknown, of: (recorded: string) => string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withNames(item, of));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [of(name), withNames(inner, of)]));
}
