import { PolisError } from '#estate/errors.ts';
import type { Field, Ways } from './field.ts';

const ONE_OF = { gateways: 'gateway', devices: 'device' } as const;

/**
 * Why a run cannot begin: of its chargers, or of what connects by MQTT, nobody could; null: some of each are there.
 *
 * @param ways.connections what connects by MQTT.
 */
export function nobodyCame(
  { fleet, measure }: Pick<Field, 'fleet' | 'measure'>,
  ways: Ways & { connections: keyof typeof ONE_OF },
): PolisError | null {
  const isWithoutChargers = fleet.size > 0 && measure.connected() === 0;
  const isWithoutNodes = fleet.gateways.length > 0 && measure.gateways() === 0;
  const kinds = [
    ...(isWithoutChargers ? [{ one: 'charger', peers: fleet.chargers, url: ways.ocppUrl }] : []),
    ...(isWithoutNodes ? [{ one: ONE_OF[ways.connections], peers: fleet.gateways, url: ways.mqttUrl }] : []),
  ];
  if (kinds.length === 0) return null;
  const errors = measure.errors();
  const sentences = kinds.map(({ one, peers, url }) => {
    const ids = new Set(peers.map(({ id }) => id));
    // Where both kinds fail alike, the error is known as that of the one that came first.
    const error = errors.find(({ peer }) => ids.has(peer)) ?? errors[0];
    return `No ${one} could connect to ${url} (${error?.text ?? 'nothing answers'}).`;
  });
  return new PolisError(
    'unavailable',
    `${sentences.join(' ')} Look at whether that is reached from here, and at the log of the platform.`,
    { details: { nobodyCame: true } },
  );
}
