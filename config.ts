import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { PolisError, messageOf } from '#estate/errors.ts';

/**
 * Every setting of polisgrid, with defaults that need nothing installed. A value is looked for, in this order, among the
 * flags (`--http-port 8080`), the environment (`POLISGRID_HTTP_PORT`), a YAML file (`httpPort: 8080`) and the defaults.
 */
const port = z.coerce
  .number('is not a number')
  .int('is not a whole number')
  .min(0, 'is below 0')
  .max(65_535, 'is above 65535');

/** A retention; less than a week of measurements would leave no time for what comes late. */
const days = z.coerce
  .number('is not a number')
  .int('is not a whole number')
  .min(0, 'is below 0')
  .max(36_500, 'is above 36500')
  .refine((count) => count === 0 || count >= 8, 'is below 8 (0: for ever)');

/** A path; of several with commas between where the setting says so. */
const pemFile = z.string().min(1, 'is empty').optional();

const SIMULATED_TIME =
  /^(?<start>\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z) x(?<speed>[1-9]\d{0,3})$/;

const schema = z.strictObject({
  data: z.string().min(1, 'is empty').default('data').describe('folder in which everything is kept'),
  host: z
    .string()
    .min(1, 'is empty')
    .default('127.0.0.1')
    .describe('address to listen on; 0.0.0.0 opens it to the network'),
  httpPort: port.default(8080).describe('console and API; 0: any free port'),
  ocppPort: port.default(9220).describe('chargers'),
  ocppsPort: port.optional().describe('chargers over TLS; one above ocppPort unless told, 0 where that is 0'),
  ocppTls: z
    .stringbool('is not one of true, false')
    .or(z.boolean())
    .default(true)
    .describe('open the port for chargers over TLS (security profiles 2 and 3)'),
  tlsNames: z
    .string()
    .regex(/^[A-Za-z0-9.:*-]+( *, *[A-Za-z0-9.:*-]+)*$/, 'is no list of host names or addresses, with commas between')
    .optional()
    .describe('names by which chargers reach that port, for its own certificates; this machine’s unless told'),
  tlsCertificate: pemFile.describe(
    'PEM files of other certificates for that port, one of EC, one of RSA or both, with commas between',
  ),
  tlsKey: pemFile.describe('PEM files of the keys to tlsCertificate, in its order'),
  chargerCa: pemFile.describe('PEM file of further authorities whose certificates chargers may show (profile 3)'),
  mqttPort: port.default(1883).describe('gateways and sensors'),
  mqttsPort: port
    .optional()
    .describe('gateways and sensors over TLS; 7,000 above mqttPort unless told, 0 where that is 0'),
  mqttTls: z
    .stringbool('is not one of true, false')
    .or(z.boolean())
    .default(true)
    .describe('open the port for gateways and sensors over TLS, with the certificates of the one for chargers'),
  mqttWsPort: port.optional().describe('gateways and sensors over WebSocket, path /mqtt; closed unless told'),
  mqttWssPort: port.optional().describe('the same over TLS, with the certificates of mqttsPort; closed unless told'),
  deviceCa: pemFile.describe(
    'PEM file of further authorities whose certificates gateways and sensors may show, by common name',
  ),
  records: z
    .string()
    .regex(/^(sqlite|postgres(ql)?:\/\/.+)$/, 'is neither "sqlite" nor postgres://user:password@host:5432/db')
    .default('sqlite')
    .describe('records store: sqlite, or postgres://user:password@host:5432/db'),
  series: z
    .string()
    .regex(/^(duckdb|influx:\/\/.+)$/, 'is neither "duckdb" nor influx://user:password@host:8086/db')
    .default('duckdb')
    .describe('series store: duckdb, or influx://user:password@host:8086/db'),
  keepRawDays: days.default(90).describe('days for which measurements are kept as they came; 0: for ever'),
  keepQuarterHourDays: days.default(730).describe('days for which roll-ups of 15 minutes are kept; 0: for ever'),
  keepDayDays: days.default(0).describe('days for which roll-ups of a day are kept; 0: for ever'),
  broker: z
    .string()
    .regex(/^(embedded|mqtts?:\/\/.+)$/, 'is neither "embedded" nor mqtt://user:password@host:1883, nor mqtts://…')
    .default('embedded')
    .describe('MQTT broker: embedded, or mqtt://user:password@host:1883, or mqtts://…:8883 over TLS'),
  brokerShared: z
    .stringbool('is not one of true, false')
    .or(z.boolean())
    .default(false)
    .describe('share the measurements of a broker outside with other polisgrid processes, where it can (MQTT 5)'),
  brokerCa: pemFile.describe(
    'PEM file of the authorities that vouch for a broker outside (mqtts://…), if not public ones',
  ),
  brokerCertificate: pemFile.describe('PEM file of the certificate that is shown to a broker outside'),
  brokerKey: pemFile.describe('PEM file of the key to brokerCertificate'),
  demo: z
    .enum(['on', 'off', 'auto'], 'is not one of on, off, auto')
    .default('auto')
    .describe('simulated estate; auto: in an empty data folder with local stores'),
  demoSites: z.coerce
    .number('is not a number')
    .int()
    .min(1)
    .max(2_100)
    .default(40)
    .describe('sites of the simulated estate'),
  adminKey: z
    .string()
    .min(1, 'is empty')
    .optional()
    .describe('API key with every right, for headless set-up (Authorization: Bearer …)'),
  allowPlainChargers: z
    .stringbool('is not one of true, false')
    .or(z.boolean())
    .default(false)
    .describe('let chargers registered with security profile 0 connect without a password'),
  simulatedTime: z
    .string()
    .regex(SIMULATED_TIME, 'is not when it begins and how fast it passes, as in 2026-05-01T08:00:00Z x60')
    .optional()
    .describe('for trials with a simulated estate: when its own time begins and how fast it passes, as …Z x60'),
  log: z
    .string()
    .min(1)
    .default('auto')
    .describe('log to: a file, "-" (standard error), auto (a file when run by hand)'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'], 'is not one of debug, info, warn, error')
    .default('info')
    .describe('least level that is logged'),
});

export type Config = Readonly<z.infer<typeof schema>>;
export type SettingName = keyof typeof schema.shape;

export const settingNames = z.keyof(schema).options;

/** One setting, its value and where that comes from, for a person to read. */
export interface SettingOrigin {
  name: SettingName;
  value: string;
  origin: string;
  about: string;
}

export interface LoadedConfig {
  config: Config;
  origins: SettingOrigin[];
  /** What is odd but stops nothing: a name in the environment that no setting has. */
  warnings: string[];
}

export interface ConfigSources {
  /** Command-line words after the command. */
  flags: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
}

const LONG_ENOUGH_KEY = 16;
const DEFAULT_FILE = 'polisgrid.yaml';
const NOT_SETTINGS = /^POLISGRID_(CONFIG$|SIM_|TEST_)/;

export const flagOf = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
export const environmentNameOf = (name: string) =>
  `POLISGRID_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/**
 * Reads and checks every setting.
 *
 * @throws PolisError `config` that lists all faults at once, each with the place it comes from.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const faults: string[] = [];
  const flags = fromFlags(sources.flags, faults);
  const file = fromFile(flags.file ?? sources.environment['POLISGRID_CONFIG'], faults);
  const layers = [flags.layer, fromEnvironment(sources.environment), file];

  const chosen = new Map<SettingName, { value: unknown; origin: string }>();
  for (const layer of layers) {
    for (const [name, found] of layer) if (!chosen.has(name)) chosen.set(name, found);
  }
  const checked = schema.safeParse(Object.fromEntries([...chosen].map(([name, { value }]) => [name, value])));
  for (const { path, message } of checked.error?.issues ?? []) {
    const name = settingNames.find((known) => known === path[0]);
    const found = name && chosen.get(name);
    if (name) faults.push(`${found?.origin ?? name}: ${shown(name, found?.value)} ${message}`);
    else faults.push(message);
  }
  if (faults.length > 0 || !checked.success) throw new PolisError('config', listed(faults), { details: { faults } });

  const config: Config = Object.freeze(checked.data);
  const origins = settingNames.map((name) => ({
    name,
    value: shown(name, config[name]),
    origin: chosen.get(name)?.origin ?? 'default',
    about: schema.shape[name].description ?? '',
  }));
  const warnings = strangers(sources.environment);
  if (config.adminKey !== undefined && config.adminKey.length < LONG_ENOUGH_KEY) {
    warnings.push(`The admin key has fewer than ${LONG_ENOUGH_KEY} characters; anyone who guesses it has every right.`);
  }
  return { config, origins, warnings };
}

type Layer = Map<SettingName, { value: unknown; origin: string }>;

function fromFlags(words: readonly string[], faults: string[]): { layer: Layer; file: string | undefined } {
  const layer: Layer = new Map();
  const options = Object.fromEntries(
    [...settingNames, 'config'].map((name) => [flagOf(name).slice(2), { type: 'string' as const }]),
  );
  try {
    const { values } = parseArgs({ args: [...words], options, allowPositionals: false });
    for (const name of settingNames) {
      const value = values[flagOf(name).slice(2)];
      if (value !== undefined) layer.set(name, { value, origin: flagOf(name) });
    }
    return { layer, file: values['config'] };
  } catch (error) {
    faults.push(`command line: ${messageOf(error)}`);
    return { layer, file: undefined };
  }
}

function fromEnvironment(environment: ConfigSources['environment']): Layer {
  const layer: Layer = new Map();
  for (const name of settingNames) {
    const value = environment[environmentNameOf(name)]?.trim();
    if (value !== undefined && value !== '') layer.set(name, { value, origin: environmentNameOf(name) });
  }
  return layer;
}

function fromFile(asked: string | undefined, faults: string[]): Layer {
  const layer: Layer = new Map();
  const file = asked ?? DEFAULT_FILE;
  if (!existsSync(file)) {
    if (asked !== undefined) faults.push(`${file}: this configuration file does not exist`);
    return layer;
  }
  try {
    const content: unknown = parseYaml(readFileSync(file, 'utf8')) ?? {};
    for (const [key, value] of Object.entries(z.record(z.string(), z.unknown()).parse(content))) {
      const name = settingNames.find((known) => known === key);
      if (name) layer.set(name, { value, origin: `${file}, ${key}` });
      else faults.push(`${file}: there is no setting "${key}"; the settings are ${settingNames.join(', ')}`);
    }
  } catch (error) {
    faults.push(`${file}: ${error instanceof z.ZodError ? 'is not a list of "name: value" lines' : messageOf(error)}`);
  }
  return layer;
}

function strangers(environment: ConfigSources['environment']): string[] {
  const known = new Set(settingNames.map(environmentNameOf));
  return Object.keys(environment)
    .filter((name) => name.startsWith('POLISGRID_') && !known.has(name) && !NOT_SETTINGS.test(name))
    .map((name) => `${name} is set in the environment, but there is no such setting.`);
}

/** A value as a person may see it, without keys and passwords. */
function shown(name: SettingName, value: unknown): string {
  if (value === undefined) return '(not set)';
  if (name === 'adminKey') return '(hidden)';
  return typeof value === 'string' ? withoutPassword(value) : JSON.stringify(value);
}

/** When simulated time begins, and how many times as fast as real time it passes; null where time is real. */
export function simulatedTimeOf({ simulatedTime }: Config): { startMs: number; speed: number } | null {
  const { start, speed } = SIMULATED_TIME.exec(simulatedTime ?? '')?.groups ?? {};
  return start === undefined ? null : { startMs: Date.parse(start), speed: Number(speed) };
}

/** A URL as a person may see it. */
export function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:@/]*):.*@/, '$1:(hidden)@');
}

function listed(faults: readonly string[]): string {
  return `The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`;
}
