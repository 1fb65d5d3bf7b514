import type { Clock } from '#estate/clock.ts';
import {
  describeEstate,
  provisionEstate,
  secretsFrom,
  startEstate,
  type EstatePlan,
  type Fleet,
  type Probe,
} from '#simulators/index.ts';
import { ADMIN_KEY } from './in-process.ts';

export const FIELD_KEY = 'the-key-of-the-simulated-field';

/** Cards that the small estate's chargers accept. */
export const CARD = 'CARD-0001';
export const OTHER_CARD = 'CARD-0002';

export interface SmallEstate {
  /** One per charger, in order. */
  protocols: ('ocpp1.6' | 'ocpp2.0.1')[];
  evses?: number;
  gridLimitW?: number;
}

/** One site with three-phase 22 kW chargers, named CP-1, CP-2 …, that stand unharmed. */
export function smallEstate({ protocols, evses = 1, gridLimitW = 100_000 }: SmallEstate): EstatePlan {
  const estate = describeEstate({ seed: 'small', sites: 1 });
  const [site] = estate.sites;
  const [charger] = estate.chargers;
  if (!site || !charger) throw new Error('The description of an estate is empty.');
  return {
    ...estate,
    sites: [{ ...site, gridLimitW }],
    chargers: protocols.map((protocol, index) => ({
      ...charger,
      id: `CP-${index + 1}`,
      protocol,
      evses,
      dc: false,
      phases: 3 as const,
      maxA: 32,
      unit: index % 2 === 0 ? ('Wh' as const) : ('kWh' as const),
      fault: null,
      bootsOnReconnect: true,
      registersWh: Array.from({ length: evses }, (_, evse) => 1_000_000 * (index + 1) + 1_000 * evse),
    })),
    tokens: [
      { token: CARD, status: 'accepted' },
      { token: OTHER_CARD, status: 'accepted' },
      { token: 'BLOCKED-01', status: 'blocked' },
    ],
  };
}

export interface FieldTarget {
  consoleUrl: string;
  ocppUrl: string;
  mqttUrl: string;
}

export interface FieldOptions {
  clock?: Clock;
  gateways?: boolean;
  meterIntervalS?: number;
  drivers?: boolean;
  plugged?: number;
  tickMs?: number;
  readingPeriodMs?: number;
  probe?: Probe;
}

/** Registers an estate with a platform through its API and brings it to life. */
export async function startField(target: FieldTarget, estate: EstatePlan, options: FieldOptions = {}): Promise<Fleet> {
  const secrets = secretsFrom(FIELD_KEY);
  await provisionEstate(estate, { api: target.consoleUrl, key: ADMIN_KEY, secrets });
  return startEstate({
    estate,
    secrets,
    ocppUrl: target.ocppUrl,
    ...(options.gateways ? { mqttUrl: target.mqttUrl } : {}),
    ...(options.clock ? { clock: options.clock } : {}),
    drivers: options.drivers ?? false,
    plugged: options.plugged ?? 0,
    ...(options.tickMs === undefined ? {} : { tickMs: options.tickMs }),
    meterIntervalS: options.meterIntervalS ?? 1,
    readingPeriodMs: options.readingPeriodMs ?? 1_000,
    ...(options.probe ? { probe: options.probe } : {}),
  });
}
