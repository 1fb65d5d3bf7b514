import { z } from 'zod';
import type { ConnectorState } from '#estate/fact.ts';
import { readingsOf } from '../both-versions/readings.ts';
import type { Block } from '../messages/block.ts';
import { inbound, type Arrival } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { instant, integer, maybe, meaningOf, ordinal, plausible, text } from '../messages/tolerant.ts';
import { idToken, idTokenInfo, NO_AUTHORIZATION, OPEN_TO_ALL } from './authorization.ts';
import { totalCostOf } from './cost.ts';
import { metered, meterValues } from './meter-values.ts';

const PHASES = { Started: 'began', Updated: 'updated', Ended: 'ended' } as const;

const evse = z.object({ id: ordinal, connectorId: maybe(ordinal) });

const transactionEventMessage = z.object({
  eventType: z.enum(['Started', 'Updated', 'Ended']),
  timestamp: maybe(instant),
  seqNo: maybe(integer),
  transactionInfo: z.object({
    transactionId: text,
    chargingState: maybe(text),
    stoppedReason: maybe(text),
  }),
  evse: maybe(evse),
  idToken: maybe(idToken),
  reservationId: maybe(integer),
  meterValue: meterValues,
});

type TransactionEvent = z.output<typeof transactionEventMessage>;

/** OCPP 2.0.1 use cases E01-E15. It is confirmed whatever it says: refused, it would come again for ever. */
const transactionEvent = inbound('TransactionEvent', transactionEventMessage, async (message, arrival) => {
  const { charger, receivedAt, frame, desk } = arrival;
  const metering = metered(message.meterValue, receivedAt);
  const at = plausible(message.timestamp, receivedAt);
  const ended = message.eventType === 'Ended';
  const needsToken = message.idToken?.type !== NO_AUTHORIZATION;
  const verdict = await desk.charging.reported({
    charger,
    protocol: 'ocpp2.0.1',
    phase: PHASES[message.eventType],
    transaction: message.transactionInfo.transactionId,
    seqNo: message.seqNo ?? null,
    evse: message.evse?.id ?? null,
    connector: message.evse?.connectorId ?? null,
    token: needsToken ? (message.idToken?.idToken ?? null) : null,
    reservation: message.reservationId ?? null,
    at,
    receivedAt,
    firstRegisterWh: metering.firstRegisterWh,
    lastRegisterWh: metering.lastRegisterWh,
    powerW: ended ? 0 : metering.powerW,
    currentA: ended ? null : metering.currentA,
    frame: frame ?? null,
    reason: ended ? (message.transactionInfo.stoppedReason ?? 'Local') : null,
  });
  const place = message.evse ?? (await placeOf(verdict.session, arrival));
  await Promise.all([
    place && desk.keep(readingsOf({ charger, evse: place.id, metering, ...(ended ? { endedAt: at } : {}) })),
    place && showCharging(message, { ...place, at }, arrival),
  ]);
  const info = needsToken ? verdict.authorisation && idTokenInfo(verdict.authorisation) : OPEN_TO_ALL;
  return { ...(info ? { idTokenInfo: info } : {}), ...(ended ? await totalCostOf(verdict.session, desk) : {}) };
});

/** Only one of a transaction's events need name its EVSE. */
async function placeOf(id: string, { desk }: Arrival): Promise<z.output<typeof evse> | undefined> {
  const session = await desk.charging.session(id);
  return session && session.evse > 0 ? { id: session.evse, connectorId: session.connector } : undefined;
}

const STATES: Record<string, ConnectorState> = {
  Charging: 'charging',
  SuspendedEV: 'suspended',
  SuspendedEVSE: 'suspended',
  EVConnected: 'occupied',
  Idle: 'occupied',
};

/**
 * 2.0.1 calls a connector Occupied whatever the car does; the charging state says more, as the status of 1.6 did. When
 * the transaction has ended and the car still stands there, no status would come to say so.
 */
async function showCharging(
  message: TransactionEvent,
  place: { id: number; connectorId?: number | undefined; at: number },
  { charger, desk }: Arrival,
): Promise<void> {
  const connector = place.connectorId ?? 1;
  let state = meaningOf(STATES, message.transactionInfo.chargingState);
  if (message.eventType === 'Ended') {
    const station = await desk.charging.station(charger.id);
    const shown = station?.connectors.find((one) => one.evse === place.id && one.connector === connector)?.state;
    state = shown === 'charging' || shown === 'suspended' ? 'occupied' : undefined;
  }
  if (state === undefined) return;
  await desk.charging.connectorChanged(charger, { evse: place.id, connector, state, error: null, at: place.at });
}

/** OCPP 2.0.1 use case J01: meter values outside of a transaction. */
const meterValuesOfEvse = inbound(
  'MeterValues',
  z.object({ evseId: ordinal, meterValue: meterValues }),
  async (message, { charger, receivedAt, desk }) => {
    await desk.keep(readingsOf({ charger, evse: message.evseId, metering: metered(message.meterValue, receivedAt) }));
    return {};
  },
);

/** OCPP 2.0.1 use case E14. */
const getTransactionStatus = outbound('GetTransactionStatus', {
  request: z.object({ transactionId: maybe(text) }),
  response: z.object({ ongoingIndicator: maybe(z.boolean()), messagesInQueue: z.boolean() }),
  async answered({ request, response, charger, desk, at }) {
    const { transactionId: transaction } = request;
    if (transaction === undefined) return;
    const status = { ongoing: response.ongoingIndicator ?? null, queued: response.messagesInQueue };
    await desk.charging.reconciliation.transactionStatus({ charger: charger.id, transaction, status, at });
  },
});

export const transactions: Block = {
  inbound: [transactionEvent, meterValuesOfEvse],
  outbound: [getTransactionStatus],
  phrases: {
    'transaction-status': ({ transaction }) => ({
      action: 'GetTransactionStatus',
      payload: transaction === undefined ? {} : { transactionId: transaction },
    }),
  },
};
