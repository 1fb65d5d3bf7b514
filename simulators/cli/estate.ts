import { writeFile } from 'node:fs/promises';
import { PolisError, messageOf } from '#estate/errors.ts';
import { secureRandom } from '#estate/random.ts';
import { withoutGateways } from '../estate/nodes.ts';
import type { EstatePlan, FieldDeviceType } from '../estate/plan.ts';
import { POLIS, polisEstate } from '../estate/polis.ts';
import { provisionEstate } from '../provision.ts';
import { secretsFrom } from '../secrets.ts';
import { type Command, complain, PASSED, read, say, wholeNumber, wrongUsage } from './command.ts';
import { INSTANCE_HELP, INSTANCE_OPTIONS, instanceOf } from './instance.ts';

const MOST_SITES = 7000;
const ESTATE_OPTIONS = {
  seed: { type: 'string', default: '1' },
  sites: { type: 'string', default: String(POLIS.sites) },
  connections: { type: 'string', default: 'gateways' },
} as const;
const ESTATE_HELP = `--seed N (default 1): the same seed gives the same estate. --sites N (default ${POLIS.sites}): other sizes keep the proportions.
--connections devices: no gateways; each device connects by itself, with a secret of its own.`;

export const estate: Command = {
  about: 'write the estate of a seed as JSON',
  usage: `polisgrid sim estate [--seed N] [--sites N] [--connections gateways|devices] [--out FILE]
Writes the estate as JSON to FILE, or to standard output: sites with their plants, buildings and devices, chargers, cards.
${ESTATE_HELP}`,
  async run(words) {
    const { values, positionals } = read(words, { ...ESTATE_OPTIONS, out: { type: 'string' } });
    if (positionals.length > 0) throw wrongUsage(`"${positionals.join(' ')}" is not understood.`);
    const plan = planOf(values);
    const text = `${JSON.stringify(plan, null, 1)}\n`;
    if (values.out === undefined) process.stdout.write(text);
    else await write(values.out, text);
    complain(summary(plan));
    return PASSED;
  },
};

export const provision: Command = {
  about: "register the estate of a seed through an instance's API",
  usage: `polisgrid sim provision [--seed N] [--sites N] [--connections gateways|devices] [--api URL] [--key KEY]
                        [--secret TEXT]
Registers the estate that "sim estate" describes, marked as synthetic. Doing it again changes nothing.
${ESTATE_HELP}
--secret TEXT (default: the key; a new one where none was given): what the secrets of chargers, and gateways or devices, derive from.
${INSTANCE_HELP}`,
  async run(words) {
    const { values, positionals } = read(words, { ...ESTATE_OPTIONS, ...INSTANCE_OPTIONS, secret: { type: 'string' } });
    if (positionals.length > 0) throw wrongUsage(`"${positionals.join(' ')}" is not understood.`);
    const { api, key, isLocal } = instanceOf(values);
    if (key === undefined)
      throw wrongUsage(`A key is needed that may register at ${api}: --key or POLISGRID_ADMIN_KEY.`);
    // The key of an instance here changes with each of its starts, and nobody knows it by heart.
    const secret = values.secret ?? (isLocal ? secureRandom.text(32) : key);
    const plan = planOf(values);
    await provisionEstate(plan, { api, key, secrets: secretsFrom(secret), progress: progressLine() });
    say(`Registered at ${api}: ${summary(plan)}`);
    if (values.secret === undefined && isLocal) say(`SECRET=${secret}   (shown this once)`);
    say(secretsExplained(plan, values.secret === undefined && !isLocal ? 'the key' : 'the secret'));
    return PASSED;
  },
};

function planOf({ seed, sites, connections }: { seed: string; sites: string; connections: string }): EstatePlan {
  const plan = polisEstate({ seed, sites: wholeNumber('sites', sites, [1, MOST_SITES]) });
  if (connections === 'gateways') return plan;
  if (connections === 'devices') return withoutGateways(plan);
  throw wrongUsage(`--connections is "${connections}"; gateways or devices is expected.`);
}

/** What an estate holds, in a few lines. */
function summary({ sites, chargers, tokens }: EstatePlan): string {
  const devices = sites.flatMap((site) => site.devices);
  const count = (type: FieldDeviceType) => devices.filter((device) => device.type === type).length;
  const spaces = new Set(devices.filter(({ type }) => type === 'desk').map(({ site }) => site)).size;
  const evses = sum(chargers, ({ evses: here }) => here);
  const plantsMw = sum(sites, ({ pv }) => pv?.peakW ?? 0) / 1e6;
  const gridMw = sum(sites, ({ gridLimitW }) => gridLimitW) / 1e6;
  return [
    `${sites.length} sites, ${chargers.length} chargers with ${evses} EVSEs, ${tokens.length} cards, grid connections of ${gridMw.toFixed(1)} MW,`,
    `${count('pv-inverter')} photovoltaic plants (${plantsMw.toFixed(1)} MWp), ${count('battery')} batteries, ${count('building-meter')} smart buildings,`,
    `${count('atm')} ATMs, ${count('kiosk')} kiosks, ${count('parcel-locker')} parcel lockers, ${count('desk')} desks in ${spaces} co-working spaces, ${count('outdoor-area')} outdoor areas;`,
    `${devices.length} devices in all.`,
  ].join('\n');
}

function sum<T>(of: readonly T[], value: (each: T) => number): number {
  return of.reduce((total, each) => total + value(each), 0);
}

/** On a terminal one line that changes, else a line for each tenth. */
function progressLine(): (done: number, total: number) => void {
  let told = 0;
  return (done, total) => {
    const tenths = Math.floor((10 * done) / total);
    const line = `${done} of ${total} registered`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}${done === total ? '\n' : ''}`);
    else if (tenths > told) complain(line);
    told = tenths;
  };
}

function secretsExplained({ chargers }: EstatePlan, keyedWith: string): string {
  return [
    `The secret of a charger, and of a gateway or device that connects, is the first 40 hexadecimal digits of HMAC-SHA256 over its id, keyed with ${keyedWith}:`,
    `  printf %s ${chargers[0]?.id ?? 'ID'} | openssl dgst -sha256 -hmac "$SECRET" | tail -c 65 | head -c 40`,
  ].join('\n');
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new PolisError('invalid', `${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}
