import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerTruth, TrueSession } from '../charger/truth.ts';
import type { FieldTruth } from '../run/truth.ts';
import { HOURS_A_DAY } from '../series-digest.ts';
import type { SeriesTruth } from '../series-truth.ts';
import { attendanceRecord, type AttendanceRecord } from './attendance.ts';

/** What a folder of a run keeps for a later verification. */
export interface KeptTruth {
  truth: FieldTruth;
  /** The sessions that the platform had of these chargers before, and its alarms, as `VerifyOptions` say. */
  before: ReadonlySet<string>;
  /** Who was connected at the end; null where it broke off. */
  attended: AttendanceRecord | null;
}

/** The same, and where the instance of the run was; null: it was the run's own, and is gone. */
export interface KeptRun extends KeptTruth {
  api: string | null;
}

/** The same for the same seed, byte for byte: what happened, without a word of the platform in it. */
const TRUTH_FILE = 'truth.json';
/** What else a verification needs: where the platform was, its names, and how far it was told. */
const NAMES_FILE = 'names.json';

const VERSION = 4;
const version = z.literal(VERSION);
const otherVersion = z.object({ version: z.int().refine((one) => one !== VERSION) });
const count = z.int().min(0);
const hash = z.int().min(0).max(0xffff_ffff);
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
const series = {
  device: z.string(),
  type: z.string(),
  readings: count,
  last: z.strictObject({ at: z.number(), values: z.record(z.string(), z.number()) }).nullable(),
  firstAt: z.number().exactOptional(),
  stampedAgain: count.exactOptional(),
  digest: z.strictObject({ hours: z.array(hash).length(HOURS_A_DAY), metrics: z.record(z.string(), hash) }),
};
const trueMeter = z.strictObject(series);
const trueDevice = z.strictObject({
  ...series,
  events: z.array(z.strictObject({ code: z.string(), since: z.number() })),
});
const trueCharger = z.strictObject({
  charger: z.string(),
  site: z.string(),
  faults: z.array(z.strictObject({ evse: z.int(), code: z.string() })),
  sessions: z.array(trueSession),
  meters: z.array(trueMeter),
});
const trueSite = z.strictObject({
  site: z.string(),
  gateway: z.string().nullable(),
  isGarbled: z.boolean(),
  grid: z.strictObject({ meter: z.string(), limitW: z.number(), peakW: z.number() }).nullable(),
  devices: z.array(trueDevice),
});
const truthFile = z.strictObject({
  version,
  seed: z.string(),
  from: z.number(),
  to: z.number(),
  chargers: z.array(trueCharger),
  sites: z.array(trueSite),
});

const sessionNames = z.strictObject({
  transaction: z.string().nullable(),
  asked: count,
  lost: count,
  waiting: count,
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  registerWh: z.number().nullable(),
  cost: z.number().nullable(),
});
const trueNames = z.strictObject({
  isOnline: z.boolean(),
  isSevere: z.boolean().nullable(),
  isCertified: z.boolean(),
  sessions: z.record(z.string(), sessionNames),
});
const namesFile = z.strictObject({
  version,
  api: z.string().nullable(),
  before: z.array(z.string()),
  attended: attendanceRecord.nullable(),
  chargers: z.record(z.string(), trueNames),
  /** Acknowledged readings of each device and EVSE. */
  acknowledged: z.record(z.string(), count),
  /** Of those that have such readings. */
  uncertain: z.record(z.string(), count),
  /** Of those devices that have such hours. */
  unsureHours: z.record(
    z.string(),
    z.array(
      z
        .int()
        .min(0)
        .max(HOURS_A_DAY - 1),
    ),
  ),
});

/** Writes `truth.json` and `names.json` into a folder, which is made where it is not there. */
export function writeTruth(folder: string, kept: KeptRun): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, TRUTH_FILE), lines(truthOf(kept.truth)));
  writeFileSync(join(folder, NAMES_FILE), lines(namesOf(kept)));
}

/** When a truth was written into a folder; null: there is none. */
export function truthWrittenAt(folder: string): Millis | null {
  return statSync(join(folder, TRUTH_FILE), { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/** @throws PolisError `invalid` when a file is not there or not ours; it names file and place. */
export function readTruth(folder: string): KeptRun {
  const { version: _, ...truth } = read(join(folder, TRUTH_FILE), truthFile);
  const names = read(join(folder, NAMES_FILE), namesFile);
  return {
    truth: {
      ...truth,
      chargers: truth.chargers.map((charger) => withNames(charger, names)),
      sites: truth.sites.map((site) => ({ ...site, devices: site.devices.map((device) => asTold(device, names)) })),
    },
    api: names.api,
    before: new Set(names.before),
    attended: names.attended,
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
    version: VERSION,
    seed,
    from,
    to,
    chargers: chargers.map(({ charger, site, faults, sessions, meters }) => {
      return { charger, site, faults, sessions: sessions.map(livedOf), meters: meters.map(measuredOf) };
    }),
    sites: sites.map(({ devices, ...site }) => ({ ...site, devices: devices.map(measuredOf) })),
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

/** Without what the platform was told of it. */
function measuredOf<T extends SeriesTruth>(truth: T) {
  const { acknowledged: _, uncertain: __, unsureHours: ___, ...measured } = truth;
  return measured;
}

function namesOf({ truth: { chargers, sites }, api, before, attended }: KeptRun): z.infer<typeof namesFile> {
  const measured: SeriesTruth[] = [
    ...sites.flatMap(({ devices }) => devices),
    ...chargers.flatMap(({ meters }) => meters),
  ];
  return {
    version: VERSION,
    api,
    before: [...before],
    attended,
    chargers: Object.fromEntries(
      chargers.map(({ charger, isOnline, isSevere, isCertified, sessions }) => {
        const named = sessions.map((session) => [session.session, toldOf(session)] as const);
        return [charger, { isOnline, isSevere, isCertified, sessions: Object.fromEntries(named) }];
      }),
    ),
    acknowledged: Object.fromEntries(measured.map(({ device, acknowledged }) => [device, acknowledged])),
    uncertain: Object.fromEntries(
      measured.flatMap(({ device, uncertain }) => (uncertain === undefined ? [] : [[device, uncertain]])),
    ),
    unsureHours: Object.fromEntries(
      measured.flatMap(({ device, unsureHours }) => (unsureHours.length === 0 ? [] : [[device, unsureHours]])),
    ),
  };
}

function toldOf({ transaction, told }: TrueSession): z.infer<typeof sessionNames> {
  const { confirmed, ...rest } = told;
  return { transaction, asked: confirmed.asked, ...rest };
}

function withNames(
  { charger, site, faults, sessions, meters }: z.infer<typeof trueCharger>,
  all: z.infer<typeof namesFile>,
): ChargerTruth {
  const names = all.chargers[charger];
  return {
    charger,
    site,
    faults,
    isOnline: names?.isOnline ?? false,
    isSevere: names?.isSevere ?? null,
    isCertified: names?.isCertified ?? false,
    firmware: null,
    meters: meters.map((meter) => asTold(meter, all)),
    sessions: sessions.map(({ messages, ...lived }) => {
      const { transaction, asked, ...told } = names?.sessions[lived.session] ?? UNTOLD;
      return { ...lived, transaction, cost: null, told: { ...told, confirmed: { ...messages, asked } } };
    }),
  };
}

/** With what the platform was told of it. */
function asTold<T extends z.infer<typeof trueMeter>>(measured: T, names: z.infer<typeof namesFile>) {
  const { device } = measured;
  const uncertain = names.uncertain[device];
  return {
    ...measured,
    acknowledged: names.acknowledged[device] ?? 0,
    ...(uncertain === undefined ? {} : { uncertain }),
    unsureHours: names.unsureHours[device] ?? [],
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
  cost: null,
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
  if (otherVersion.safeParse(content).success)
    throw new PolisError('invalid', `${file} was written by another version of polisgrid; run the scenario again.`);
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new PolisError('invalid', `${file}${place === '' ? '' : `: ${place}`}: ${issue?.message}.`);
}
