import { z } from 'zod';
import type { TransactionReport } from '#charging/index.ts';
import { readingsOf } from '../both-versions/readings.ts';
import type { Block } from '../messages/block.ts';
import { inbound, type Arrival } from '../messages/inbound.ts';
import { decimal, instant, integer, maybe, ordinal, plausible, present, text } from '../messages/tolerant.ts';
import { idTagInfo } from './authorization.ts';
import { metered, meterValues } from './meter-values.ts';

/** OCPP 1.6 §4.8. The transaction id is ours to give. */
const startTransaction = inbound(
  'StartTransaction',
  z.object({
    connectorId: ordinal,
    idTag: text,
    meterStart: present(decimal),
    timestamp: maybe(instant),
    reservationId: maybe(integer),
  }),
  async (message, arrival) => {
    const verdict = await arrival.desk.charging.reported({
      ...blank(arrival),
      phase: 'began',
      evse: message.connectorId,
      connector: 1,
      token: message.idTag,
      reservation: message.reservationId ?? null,
      at: plausible(message.timestamp, arrival.receivedAt),
      firstRegisterWh: message.meterStart ?? null,
      lastRegisterWh: message.meterStart ?? null,
    });
    return { transactionId: Number(verdict.transaction), idTagInfo: idTagInfo(verdict.authorisation) };
  },
);

/** OCPP 1.6 §4.10. It is confirmed whatever it says of which transaction: refused, it would come again for ever. */
const stopTransaction = inbound(
  'StopTransaction',
  z.object({
    transactionId: text,
    meterStop: maybe(decimal),
    timestamp: maybe(instant),
    idTag: maybe(text),
    reason: maybe(text),
    transactionData: meterValues,
  }),
  async (message, arrival) => {
    const { charger, receivedAt, desk } = arrival;
    const metering = metered(message.transactionData, receivedAt);
    const at = plausible(message.timestamp, receivedAt);
    const verdict = await desk.charging.reported({
      ...blank(arrival),
      phase: 'ended',
      transaction: message.transactionId,
      token: message.idTag ?? null,
      at,
      firstRegisterWh: metering.firstRegisterWh,
      lastRegisterWh: message.meterStop ?? metering.lastRegisterWh,
      powerW: 0,
      reason: message.reason ?? 'Local',
    });
    const session = await desk.charging.session(verdict.session);
    // Of a session whose start we missed, the connector may be unknown.
    if (session && session.evse > 0)
      await desk.keep(readingsOf({ charger, evse: session.evse, metering, endedAt: at }));
    return message.idTag === undefined ? {} : { idTagInfo: idTagInfo(verdict.authorisation) };
  },
);

/** OCPP 1.6 §4.7. Chargers write -1 or 0 for no transaction; then the one that runs on the connector is meant. */
const meterValuesOfConnector = inbound(
  'MeterValues',
  z.object({ connectorId: ordinal, transactionId: maybe(text), meterValue: meterValues }),
  async (message, arrival) => {
    const { charger, receivedAt, desk } = arrival;
    const evse = message.connectorId;
    const metering = metered(message.meterValue, receivedAt);
    const named = message.transactionId !== undefined && Number(message.transactionId) > 0;
    const [transaction] = await Promise.all([
      named ? message.transactionId : desk.charging.transactionOn(charger.id, evse),
      desk.keep(readingsOf({ charger, evse, metering })),
    ]);
    if (transaction != null) {
      await desk.charging.reported({
        ...blank(arrival),
        phase: 'updated',
        transaction,
        evse,
        connector: 1,
        at: metering.moments.at(-1)?.at ?? receivedAt,
        firstRegisterWh: metering.firstRegisterWh,
        lastRegisterWh: metering.lastRegisterWh,
        powerW: metering.powerW,
        currentA: metering.currentA,
      });
    }
    return {};
  },
);

/** A report in which nothing is said yet. */
function blank({ charger, receivedAt, frame }: Arrival): Omit<TransactionReport, 'phase' | 'at'> {
  return {
    charger,
    protocol: 'ocpp1.6',
    transaction: null,
    seqNo: null,
    evse: null,
    connector: null,
    token: null,
    receivedAt,
    firstRegisterWh: null,
    lastRegisterWh: null,
    powerW: null,
    currentA: null,
    reason: null,
    frame: frame ?? null,
  };
}

export const transactions: Block = {
  inbound: [startTransaction, stopTransaction, meterValuesOfConnector],
  outbound: [],
  phrases: {},
};
