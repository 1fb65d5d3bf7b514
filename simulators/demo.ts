import { systemClock } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { Log } from '#estate/log.ts';
import { SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { describeEstate, SHOWN } from './estate/describe.ts';
import { loadState, saveState } from './fleet-state.ts';
import { type Fleet, startEstate } from './fleet.ts';
import { provisionEstate } from './provision.ts';
import { secretsFrom } from './secrets.ts';

/**
 * The process of the demo's estate. It registers its estate, brings it to life, and ends when it is told to or when the
 * process that started it is gone. What it was doing is kept in a file, from which the next run goes on.
 */
const environment = z
  .object({
    POLISGRID_SIM_API: z.url(),
    POLISGRID_SIM_KEY: z.string().min(1),
    POLISGRID_SIM_OCPP: z.url(),
    POLISGRID_SIM_MQTT: z.url(),
    POLISGRID_SIM_STATE: z.string().min(1),
    POLISGRID_SIM_SITES: z.coerce.number().int().min(1).max(SHOWN.mostSites).default(40),
    POLISGRID_SIM_SEED: z.string().default(SHOWN.seed),
  })
  .transform((env) => ({
    api: env.POLISGRID_SIM_API,
    key: env.POLISGRID_SIM_KEY,
    ocppUrl: env.POLISGRID_SIM_OCPP,
    mqttUrl: env.POLISGRID_SIM_MQTT,
    stateFile: env.POLISGRID_SIM_STATE,
    sites: env.POLISGRID_SIM_SITES,
    seed: env.POLISGRID_SIM_SEED,
  }));

type Settings = z.infer<typeof environment>;

const SAVE_MS = 10 * SECOND;
const HISTORY_HOURS = 24;
const END_WITHIN_MS = 1500;

/** Speaks on standard error, and only of what went wrong. */
const log: Log = {
  debug() {},
  info() {},
  warn: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  error: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};

async function run(settings: Settings): Promise<void> {
  let fleet: Fleet | null = null;
  const end = async () => {
    if (fleet) saveState(settings.stateFile, fleet.snapshot());
    await Promise.race([fleet?.stop(), systemClock.sleep(END_WITHIN_MS)]);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(signal, () => void end());

  const estate = describeEstate(settings);
  const secrets = secretsFrom(settings.key);
  await provisionEstate(estate, { ...settings, secrets });
  fleet = await startEstate({
    ...settings,
    estate,
    secrets,
    log,
    drivers: true,
    meterIntervalS: 30,
    readingPeriodMs: 5 * SECOND,
    historyHours: HISTORY_HOURS,
    state: resume(settings),
    truthBound: 20,
    connectWithinMs: 0,
  });
  const living = fleet;
  systemClock.every(SAVE_MS, () => saveState(settings.stateFile, living.snapshot()));
  await living.connected();
  process.send?.({ ready: true });
}

function resume({ stateFile, seed }: Settings) {
  try {
    return loadState(stateFile, seed);
  } catch (error) {
    log.warn({ stateFile, error: messageOf(error) }, 'The saved simulation cannot be read; a new one begins.');
    return null;
  }
}

try {
  await run(environment.parse(process.env));
} catch (error) {
  log.error({ error: messageOf(error) }, 'The simulated estate could not start.');
  process.exit(1);
}
