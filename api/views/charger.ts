import { z } from 'zod';
import { REGISTRATIONS, type Station } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { ChargerConnection } from '#ocpp-server/index.ts';
import { waysView } from '../charger-ways.ts';
import { chargerId, siteId, timeView } from '../fields.ts';

export const protocolView = z.enum(['ocpp1.6', 'ocpp2.0.1']);

export const connectorStateView = z
  .enum(['available', 'occupied', 'charging', 'suspended', 'reserved', 'unavailable', 'faulted'])
  .meta({ id: 'ConnectorState' });

export const chargerView = z
  .object({
    id: chargerId,
    site: siteId.nullable(),
    vendor: z.string().nullable(),
    model: z.string().nullable(),
    serial: z.string().nullable(),
    firmware: z.string().nullable(),
    protocol: protocolView.nullable(),
    online: z.boolean(),
    lastSeen: timeView.nullable(),
    connectors: z.array(
      z.object({
        evse: z.int(),
        connector: z.int(),
        state: connectorStateView,
        error: z.string().nullable(),
        since: timeView,
        code: z.string().optional().meta({ description: 'What a guest types to start here; for operators' }),
      }),
    ),
    condition: z
      .object({ state: connectorStateView, error: z.string().nullable(), since: timeView })
      .nullable()
      .meta({ description: 'What it says of itself as a whole' }),
    synthetic: z.boolean(),
    boot: z.enum(REGISTRATIONS).meta({ description: 'What it is told when it boots' }),
    ...waysView,
    connection: z.object({ since: timeView, remoteAddress: z.string(), epoch: z.int() }).nullable(),
  })
  .meta({ id: 'Charger' });

export type ChargerView = z.infer<typeof chargerView>;

/** A charger as the API shows it. `codeOf` is given where the reader may see what opens an EVSE. */
export function viewCharger(
  station: Station,
  connection: ChargerConnection | null,
  codeOf?: (evse: number) => string,
): Omit<ChargerView, 'boot' | keyof typeof waysView> {
  return {
    ...station,
    protocol: connection?.protocol ?? station.protocol,
    lastSeen: station.lastSeen === null ? null : isoTime(station.lastSeen),
    connectors: station.connectors.map((connector) => ({
      ...connector,
      since: isoTime(connector.since),
      ...(codeOf && connector.evse > 0 ? { code: codeOf(connector.evse) } : {}),
    })),
    condition: station.condition && { ...station.condition, since: isoTime(station.condition.since) },
    connection: connection && {
      since: isoTime(connection.since),
      remoteAddress: connection.remoteAddress,
      epoch: connection.epoch,
    },
  };
}
