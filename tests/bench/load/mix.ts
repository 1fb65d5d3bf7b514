/**
 * What the chargers of the bench say. Each has a car on its one connector that charges with 7.4 kW, so that every register
 * is plausible and every message changes something.
 */
export interface Speaker {
  /** Its next call, and what is to be done with the answer, if anything. */
  next(): string;
  heard(answer: string): void;
}

export type MixName = 'ocpp1.6' | 'ocpp2.0.1';

export const protocolOf = (mix: MixName) => mix;

const POWER_W = 7_400;
const HOUR_MS = 3_600_000;
/** Updates between the beginning and the end of a 2.0.1 transaction. */
const UPDATES = 8;

/** @param token of this charger alone: a car charges in one place. */
export function createSpeaker(mix: MixName, token: string): Speaker {
  return mix === 'ocpp1.6' ? speaker16(token) : speaker201(token);
}

export const BOOT: Record<MixName, string> = {
  'ocpp1.6':
    '[2,"boot","BootNotification",{"chargePointVendor":"Bench","chargePointModel":"Raw","chargePointSerialNumber":"4711","firmwareVersion":"1.0.0"}]',
  'ocpp2.0.1':
    '[2,"boot","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"Bench","model":"Raw","serialNumber":"4711","firmwareVersion":"1.0.0"}}]',
};

export function statusOf(mix: MixName): string {
  const timestamp = new Date().toISOString();
  return mix === 'ocpp1.6'
    ? `[2,"status","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"${timestamp}"}]`
    : `[2,"status","StatusNotification",{"evseId":1,"connectorId":1,"connectorStatus":"Available","timestamp":"${timestamp}"}]`;
}

export const HEARTBEAT = '[2,"beat","Heartbeat",{}]';

/** 50 % MeterValues in a running transaction, 30 % StatusNotification that alternates, 20 % Heartbeat. */
function speaker16(token: string): Speaker {
  const turns = ['meter', 'status', 'meter', 'beat', 'meter', 'status', 'meter', 'beat', 'meter', 'status'] as const;
  const meter = createMeter();
  let count = 0;
  let suspended = false;
  let transaction: string | null = null;

  const start = (id: string) =>
    `[2,"${id}","StartTransaction",{"connectorId":1,"idTag":"${token}","meterStart":${Math.round(meter.registerWh())},"timestamp":"${new Date().toISOString()}"}]`;
  const status = (id: string) => {
    suspended = !suspended;
    return `[2,"${id}","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"${suspended ? 'SuspendedEV' : 'Charging'}","timestamp":"${new Date().toISOString()}"}]`;
  };
  return {
    next() {
      const id = `m${count}`;
      if (transaction === null) return start(id);
      const turn = turns[count++ % turns.length];
      if (turn === 'beat') return `[2,"${id}","Heartbeat",{}]`;
      if (turn === 'status') return status(id);
      return `[2,"${id}","MeterValues",{"connectorId":1,"transactionId":${transaction},"meterValue":[${meter.value16()}]}]`;
    },
    heard(answer) {
      transaction ??= /"transactionId":(\d+)/.exec(answer)?.[1] ?? '1';
    },
  };
}

/** Started, updates, Ended, and again with the next car; each event with meter values. */
function speaker201(token: string): Speaker {
  const meter = createMeter();
  let count = 0;
  let seqNo = 0;
  let transaction = 0;
  const own = Math.random().toString(36).slice(2, 10);

  return {
    next() {
      if (seqNo > UPDATES + 1) {
        seqNo = 0;
        transaction++;
      }
      const [type, trigger, rest] =
        seqNo === 0
          ? ['Started', 'Authorized', `,"idToken":{"idToken":"${token}","type":"ISO14443"}`]
          : seqNo > UPDATES
            ? ['Ended', 'StopAuthorized', '']
            : ['Updated', 'MeterValuePeriodic', ''];
      const info =
        type === 'Ended' ? '"chargingState":"EVConnected","stoppedReason":"Local"' : '"chargingState":"Charging"';
      return `[2,"m${count++}","TransactionEvent",{"eventType":"${type}","timestamp":"${new Date().toISOString()}","triggerReason":"${trigger}","seqNo":${seqNo++},"transactionInfo":{"transactionId":"${own}-${transaction}",${info}},"evse":{"id":1,"connectorId":1}${rest},"meterValue":[${meter.value201()}]}]`;
    },
    heard() {},
  };
}

/** A meter with a car on it. */
function createMeter() {
  const began = Date.now();
  const firstWh = 1_000_000;
  const registerWh = () => firstWh + ((Date.now() - began) * POWER_W) / HOUR_MS;
  const power = () => POWER_W + (Date.now() % 100);
  const current = (phase: string) => `"measurand":"Current.Import","phase":"${phase}","context":"Sample.Periodic"`;
  return {
    registerWh,
    value16: () =>
      `{"timestamp":"${new Date().toISOString()}","sampledValue":[` +
      `{"value":"${registerWh().toFixed(1)}","measurand":"Energy.Active.Import.Register","unit":"Wh","context":"Sample.Periodic"},` +
      `{"value":"${power()}","measurand":"Power.Active.Import","unit":"W","context":"Sample.Periodic"},` +
      ['L1', 'L2', 'L3'].map((phase) => `{"value":"10.7",${current(phase)},"unit":"A"}`).join() +
      ']}',
    value201: () =>
      `{"timestamp":"${new Date().toISOString()}","sampledValue":[` +
      `{"value":${registerWh().toFixed(1)},"measurand":"Energy.Active.Import.Register","context":"Sample.Periodic"},` +
      `{"value":${power()},"measurand":"Power.Active.Import","context":"Sample.Periodic"},` +
      ['L1', 'L2', 'L3'].map((phase) => `{"value":10.7,${current(phase)}}`).join() +
      ']}',
  };
}
