import { isoTime } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerPlan } from '../estate/plan.ts';
import type { Dialect } from './dialect.ts';
import { isAsked, type SessionNews } from './news.ts';
import type { MeterReading } from './outlet.ts';
import type { OutboxMessage } from './outbox.ts';
import { v16Handlers } from './v16-commands.ts';

const verdict = z.object({ idTagInfo: z.object({ status: z.string() }).optional() });
const startAnswer = z.object({ transactionId: z.number() });

/** How a charger says it in OCPP 1.6 (edition 2, JSON). An EVSE is a connector. */
export const v16: Dialect = {
  boot: (plan) => ({
    action: 'BootNotification',
    payload: {
      chargePointVendor: plan.vendor,
      chargePointModel: plan.model,
      chargePointSerialNumber: plan.serial,
      firmwareVersion: plan.firmware,
    },
  }),
  heartbeat: { action: 'Heartbeat', payload: {} },
  status: (outlet, status, at) => ({
    action: 'StatusNotification',
    payload: {
      connectorId: outlet?.evse ?? 0,
      errorCode: status === 'Faulted' ? (outlet?.fault ?? 'OtherError') : 'NoError',
      status,
      timestamp: isoTime(at),
    },
  }),
  authorize: (token) => ({ action: 'Authorize', payload: { idTag: token } }),
  reservationOver: () => null,
  lets(response) {
    const parsed = verdict.safeParse(response);
    return parsed.success && (parsed.data.idTagInfo?.status ?? 'Accepted') === 'Accepted';
  },
  message,
  address(queued, transaction) {
    if (queued.kind === 'began') return queued.payload;
    return { ...queued.payload, transactionId: Number(transaction ?? -1) };
  },
  transactionIn(response) {
    const parsed = startAnswer.safeParse(response);
    return parsed.success ? String(parsed.data.transactionId) : null;
  },
  handlers: v16Handlers,
  formatError: 'FormationViolation',
};

function message(news: SessionNews, { plan }: { plan: ChargerPlan }): OutboxMessage | null {
  if (news.kind === 'changed') return null;
  const { outlet, session, reading, at } = news;
  const registerWh = Math.floor(reading.registerWh);
  const kind = isAsked(news) ? 'asked' : news.kind;
  const base = { kind, session: session.id, evse: outlet.evse, at, registerWh, seqNo: null, errors: 0 } as const;
  const timestamp = isoTime(at);
  if (news.kind === 'began') {
    const reserved = session.reservation === null ? {} : { reservationId: session.reservation };
    const payload = { connectorId: outlet.evse, idTag: session.token, meterStart: registerWh, timestamp, ...reserved };
    return { ...base, action: 'StartTransaction', payload };
  }
  const meterValue = [{ timestamp, sampledValue: sampledValues(reading, plan, contextOf(news)) }];
  if (news.kind === 'sampled') {
    return { ...base, action: 'MeterValues', payload: { connectorId: outlet.evse, meterValue } };
  }
  const card = news.trigger === 'Local' ? { idTag: news.card ?? session.token } : {};
  const end = { meterStop: registerWh, timestamp, reason: news.trigger, transactionData: meterValue };
  return { ...base, action: 'StopTransaction', payload: { ...end, ...card } };
}

function contextOf({ kind, trigger }: SessionNews): string {
  if (kind === 'ended') return 'Transaction.End';
  return trigger === 'remote' ? 'Trigger' : 'Sample.Periodic';
}

/** OCPP 1.6 §7.43 SampledValue: values are text. */
function sampledValues(reading: MeterReading, plan: ChargerPlan, context: string) {
  const kilo = plan.unit === 'kWh';
  const wh = Math.floor(reading.registerWh);
  return [
    {
      measurand: 'Energy.Active.Import.Register',
      value: kilo ? (wh / 1000).toFixed(3) : String(wh),
      unit: plan.unit,
      context,
    },
    {
      measurand: 'Power.Active.Import',
      value: kilo ? (reading.powerW / 1000).toFixed(3) : reading.powerW.toFixed(0),
      unit: kilo ? 'kW' : 'W',
      context,
    },
    ...reading.currentA.map((currentA, phase) => ({
      measurand: 'Current.Import',
      phase: `L${phase + 1}`,
      value: currentA.toFixed(2),
      unit: 'A',
      context,
    })),
    { measurand: 'Voltage', value: reading.voltageV.toFixed(1), unit: 'V', context },
    ...(reading.socPercent === null
      ? []
      : [{ measurand: 'SoC', value: reading.socPercent.toFixed(1), unit: 'Percent', location: 'EV', context }]),
  ];
}
