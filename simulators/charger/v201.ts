import { isoTime } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerPlan } from '../estate/plan.ts';
import type { Dialect } from './dialect.ts';
import { isAsked, type SessionNews } from './news.ts';
import type { MeterReading, OutletStatus } from './outlet.ts';
import type { OutboxMessage } from './outbox.ts';
import { v201Handlers } from './v201-commands.ts';

const verdict = z.object({ idTokenInfo: z.object({ status: z.string() }).optional() });

/** How a charger says it in OCPP 2.0.1 (edition 3). Each EVSE has the one connector 1. */
export const v201: Dialect = {
  boot: (plan, reason) => ({
    action: 'BootNotification',
    payload: {
      reason: reason === 'reset' ? 'RemoteReset' : 'PowerUp',
      chargingStation: {
        vendorName: plan.vendor,
        model: plan.model,
        serialNumber: plan.serial,
        firmwareVersion: plan.firmware,
      },
    },
  }),
  heartbeat: { action: 'Heartbeat', payload: {} },
  status(outlet, status, at) {
    if (!outlet) return null;
    const connectorStatus = CONNECTOR_STATUS[status];
    return {
      action: 'StatusNotification',
      payload: { timestamp: isoTime(at), connectorStatus, evseId: outlet.evse, connectorId: 1 },
    };
  },
  authorize: (token) => ({ action: 'Authorize', payload: { idToken: idToken(token) } }),
  reservationOver: (reservationId, reservationUpdateStatus) => ({
    action: 'ReservationStatusUpdate',
    payload: { reservationId, reservationUpdateStatus },
  }),
  lets(response) {
    const parsed = verdict.safeParse(response);
    return parsed.success && (parsed.data.idTokenInfo?.status ?? 'Accepted') === 'Accepted';
  },
  message,
  address: (queued) => queued.payload,
  transactionIn: () => null,
  handlers: v201Handlers,
  formatError: 'FormatViolation',
};

const CONNECTOR_STATUS = {
  Available: 'Available',
  Reserved: 'Reserved',
  Preparing: 'Occupied',
  Charging: 'Occupied',
  SuspendedEV: 'Occupied',
  SuspendedEVSE: 'Occupied',
  Finishing: 'Occupied',
  Unavailable: 'Unavailable',
  Faulted: 'Faulted',
} as const satisfies Record<OutletStatus, string>;

const EVENT = { began: 'Started', sampled: 'Updated', changed: 'Updated', ended: 'Ended' } as const;
const CONTEXT = {
  began: 'Transaction.Begin',
  sampled: 'Sample.Periodic',
  changed: 'Other',
  ended: 'Transaction.End',
} as const;

const TRIGGER = {
  card: 'Authorized',
  cable: 'CablePluggedIn',
  remote: 'RemoteStart',
  clock: 'MeterValuePeriodic',
  state: 'ChargingStateChanged',
  Local: 'StopAuthorized',
  Remote: 'RemoteStop',
  EVDisconnected: 'EVDeparted',
  SoftReset: 'ResetCommand',
  HardReset: 'ResetCommand',
  UnlockCommand: 'UnlockCommand',
  DeAuthorized: 'Deauthorized',
  MasterPass: 'StopAuthorized',
  Other: 'AbnormalCondition',
} as const satisfies Record<SessionNews['trigger'], string>;

const STOPPED: Partial<Record<SessionNews['trigger'], string>> = {
  Local: 'Local',
  Remote: 'Remote',
  EVDisconnected: 'EVDisconnected',
  SoftReset: 'ImmediateReset',
  HardReset: 'ImmediateReset',
  UnlockCommand: 'Other',
  DeAuthorized: 'DeAuthorized',
  MasterPass: 'MasterPass',
  Other: 'GroundFault',
};

/** A card was shown to stop. */
const SHOWN: ReadonlySet<SessionNews['trigger']> = new Set(['Local', 'MasterPass']);

function idToken(text: string) {
  return { idToken: text, type: 'ISO14443' };
}

/** One TransactionEvent; its number is taken from the session here, once. */
function message(news: SessionNews, from: { plan: ChargerPlan; online: boolean }): OutboxMessage {
  const { outlet, session, reading, at, kind } = news;
  const seqNo = session.seqNo++;
  const triggerReason = isAsked(news) ? 'Trigger' : TRIGGER[news.trigger];
  const payload = {
    eventType: EVENT[kind],
    timestamp: isoTime(at),
    triggerReason,
    seqNo,
    ...(from.online ? {} : { offline: true }),
    transactionInfo: {
      transactionId: session.id,
      chargingState: chargingState(news),
      ...(kind === 'ended' ? { stoppedReason: STOPPED[news.trigger] ?? 'Other' } : {}),
      ...(kind === 'began' && session.remoteStartId !== null ? { remoteStartId: session.remoteStartId } : {}),
    },
    evse: { id: outlet.evse, connectorId: 1 },
    ...(kind === 'began' && session.reservation !== null ? { reservationId: session.reservation } : {}),
    ...(SHOWN.has(news.trigger) || kind === 'began' ? { idToken: idToken(news.card ?? session.token) } : {}),
    meterValue: [{ timestamp: isoTime(at), sampledValue: sampledValues(reading, from.plan, contextOf(news)) }],
  };
  const registerWh = Math.floor(reading.registerWh);
  return {
    action: 'TransactionEvent',
    kind: isAsked(news) ? 'asked' : kind,
    session: session.id,
    evse: outlet.evse,
    at,
    registerWh,
    seqNo,
    payload,
    errors: 0,
  };
}

function contextOf(news: SessionNews): string {
  return isAsked(news) ? 'Trigger' : CONTEXT[news.kind];
}

function chargingState(news: SessionNews): string {
  if (news.kind === 'ended') return news.trigger === 'EVDisconnected' ? 'Idle' : 'EVConnected';
  if (news.status === 'SuspendedEV' || news.status === 'SuspendedEVSE') return news.status;
  return 'Charging';
}

/** OCPP 2.0.1 part 2 §2.46 SampledValueType: values are numbers. */
function sampledValues(reading: MeterReading, plan: ChargerPlan, context: string) {
  const kilo = plan.unit === 'kWh';
  const scale = kilo ? 1000 : 1;
  const of = (measurand: string, value: number, unit: string) => ({
    measurand,
    value,
    context,
    unitOfMeasure: { unit },
  });
  return [
    of('Energy.Active.Import.Register', Math.floor(reading.registerWh) / scale, plan.unit),
    of('Power.Active.Import', Math.round(reading.powerW) / scale, kilo ? 'kW' : 'W'),
    ...reading.currentA.map((currentA, phase) => ({
      ...of('Current.Import', Math.round(currentA * 100) / 100, 'A'),
      phase: `L${phase + 1}`,
    })),
    of('Voltage', reading.voltageV, 'V'),
    ...(reading.socPercent === null ? [] : [of('SoC', Math.round(reading.socPercent * 10) / 10, 'Percent')]),
  ];
}
