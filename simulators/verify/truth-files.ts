import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerTruth, TrueSession } from '../charger/truth.ts';
import type { DeviceTruth, FieldTruth } from '../run/truth.ts';

/** What a folder of a run keeps for a later verification. */
export interface KeptTruth {
  truth: FieldTruth;
  /** Ids of the sessions that the platform had of these chargers before. */
  before: ReadonlySet<string>;
}

/** The same for the same seed, byte for byte: what happened, without a word of the platform in it. */
const TRUTH_FILE = 'truth.json';
/** What else a verification needs: the platform's names, and how far it was told. */
const NAMES_FILE = 'names.json';

const version = z.literal(1, 'only version 1 can be read');
const count = z.int().min(0);
const kinds = { began: count, sampled: count, changed: count, ended: count };

const trueSession = z.strictObject({
  session: z.string(),
  evse: z.int(),
  token: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  startWh: z.number(),
  energyWh: z.number(),
  /** Confirmed messages, but for those that the platform asked for. */
  messages: z.strictObject(kinds),
});
const trueCharger = z.strictObject({
  charger: z.string(),
  site: z.string(),
  faults: z.array(z.strictObject({ evse: z.int(), code: z.string() })),
  sessions: z.array(trueSession),
});
const trueDevice = z.strictObject({
  device: z.string(),
  type: z.string(),
  readings: count,
  last: z.strictObject({ at: z.number(), values: z.record(z.string(), z.number()) }).nullable(),
  firstAt: z.number().exactOptional(),
  stampedAgain: count.exactOptional(),
  events: z.array(z.strictObject({ code: z.string(), since: z.number() })),
});
const truthFile = z.strictObject({
  version,
  seed: z.string(),
  from: z.number(),
  to: z.number(),
  chargers: z.array(trueCharger),
  sites: z.array(z.strictObject({ site: z.string(), gateway: z.string(), devices: z.array(trueDevice) })),
});

const sessionNames = z.strictObject({
  transaction: z.string().nullable(),
  asked: count,
  lost: count,
  waiting: count,
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  registerWh: z.number().nullable(),
});
const namesFile = z.strictObject({
  version,
  before: z.array(z.string()),
  chargers: z.record(
    z.string(),
    z.strictObject({ isOnline: z.boolean(), sessions: z.record(z.string(), sessionNames) }),
  ),
  /** Acknowledged readings of each device. */
  acknowledged: z.record(z.string(), count),
});

/** Writes `truth.json` and `names.json` into a folder, which is made where it is not there. */
export function writeTruth(folder: string, { truth, before }: KeptTruth): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, TRUTH_FILE), lines(truthOf(truth)));
  writeFileSync(join(folder, NAMES_FILE), lines(namesOf(truth, before)));
}

/** When a truth was written into a folder; null: there is none. */
export function truthWrittenAt(folder: string): Millis | null {
  return statSync(join(folder, TRUTH_FILE), { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/** @throws PolisError `invalid` when a file is not there or not ours; it names file and place. */
export function readTruth(folder: string): KeptTruth {
  const { version: _, ...truth } = read(join(folder, TRUTH_FILE), truthFile);
  const names = read(join(folder, NAMES_FILE), namesFile);
  return {
    truth: {
      ...truth,
      chargers: truth.chargers.map((charger) => withNames(charger, names.chargers[charger.charger])),
      sites: truth.sites.map((site) => ({
        ...site,
        devices: site.devices.map((device) => ({ ...device, acknowledged: names.acknowledged[device.device] ?? 0 })),
      })),
    },
    before: new Set(names.before),
  };
}

/** A line for each charger and site: a difference between two runs is then easy to find. */
function lines(file: z.infer<typeof truthFile> | z.infer<typeof namesFile>): string {
  const text = Object.entries(file).map(([key, value]: [string, unknown]) => {
    if (Array.isArray(value))
      return `${JSON.stringify(key)}:[\n${value.map((each) => JSON.stringify(each)).join(',\n')}\n]`;
    return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  });
  return `{${text.join(',\n')}}\n`;
}

function truthOf({ seed, from, to, chargers, sites }: FieldTruth): z.infer<typeof truthFile> {
  return {
    version: 1,
    seed,
    from,
    to,
    chargers: chargers.map(({ charger, site, faults, sessions }) => {
      return { charger, site, faults, sessions: sessions.map(livedOf) };
    }),
    sites: sites.map(({ site, gateway, devices }) => ({ site, gateway, devices: devices.map(measuredOf) })),
  };
}

function livedOf({ session, evse, token, startedAt, endedAt, startWh, energyWh, told }: TrueSession) {
  const { asked: _, ...messages } = told.confirmed;
  return {
    session,
    evse,
    token,
    startedAt,
    endedAt,
    startWh: thousandths(startWh),
    energyWh: thousandths(energyWh),
    messages,
  };
}

function measuredOf(truth: DeviceTruth): z.infer<typeof trueDevice> {
  const { acknowledged: _, ...device } = truth;
  return device;
}

function namesOf({ chargers, sites }: FieldTruth, before: ReadonlySet<string>): z.infer<typeof namesFile> {
  const devices = sites.flatMap((site) => site.devices);
  return {
    version: 1,
    before: [...before],
    chargers: Object.fromEntries(
      chargers.map(({ charger, isOnline, sessions }) => {
        const named = sessions.map((session) => [session.session, toldOf(session)] as const);
        return [charger, { isOnline, sessions: Object.fromEntries(named) }];
      }),
    ),
    acknowledged: Object.fromEntries(devices.map(({ device, acknowledged }) => [device, acknowledged])),
  };
}

function toldOf({ transaction, told }: TrueSession): z.infer<typeof sessionNames> {
  const { confirmed, lost, waiting, startedAt, endedAt, registerWh } = told;
  return { transaction, asked: confirmed.asked, lost, waiting, startedAt, endedAt, registerWh };
}

function withNames(
  { charger, site, faults, sessions }: z.infer<typeof trueCharger>,
  names: z.infer<typeof namesFile>['chargers'][string] | undefined,
): ChargerTruth {
  return {
    charger,
    site,
    faults,
    isOnline: names?.isOnline ?? false,
    sessions: sessions.map(({ messages, ...lived }) => {
      const { transaction, asked, ...told } = names?.sessions[lived.session] ?? UNTOLD;
      return { ...lived, transaction, cost: null, told: { ...told, confirmed: { ...messages, asked } } };
    }),
  };
}

const UNTOLD = {
  transaction: null,
  asked: 0,
  lost: 0,
  waiting: 0,
  startedAt: null,
  endedAt: null,
  registerWh: null,
} as const satisfies z.infer<typeof sessionNames>;

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function read<T>(file: string, schema: z.ZodType<T>): T {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new PolisError('invalid', `${file} cannot be read: ${messageOf(error)}. Give the folder of a run.`, {
      cause: error,
    });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new PolisError('invalid', `${file}${place === '' ? '' : `: ${place}`}: ${issue?.message}.`);
}
