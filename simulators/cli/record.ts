import { readFile } from 'node:fs/promises';
import { systemClock } from '#estate/clock.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import type { ProxyCertificate } from '../replay/live/proxy.ts';
import { type LiveAddresses, recordLive } from '../replay/live/record-live.ts';
import { recordJournal } from '../replay/record.ts';
import type { TraceWriter } from '../replay/trace-writer.ts';
import type { Target } from '../target.ts';
import { type Command, complain, onlyOne, PASSED, read, say, stopSignal, wholeNumber, wrongUsage } from './command.ts';
import { INSTANCE_HELP, INSTANCE_OPTIONS, targetOf } from './instance.ts';

const OCPP_PORT = 9320;
const MQTT_PORT = 1983;
const LOCAL_HOST = '127.0.0.1';

/** What goes with --live alone. */
const LIVE_OPTIONS = {
  'ocpp-port': { type: 'string' },
  'mqtt-port': { type: 'string' },
  host: { type: 'string' },
  'tls-certificate': { type: 'string' },
  'tls-key': { type: 'string' },
  tls: { type: 'boolean' },
  ca: { type: 'string' },
} as const;
const LIVE_NAMES = ['ocpp-port', 'mqtt-port', 'host', 'tls-certificate', 'tls-key', 'tls', 'ca'] as const;

export const record: Command = {
  about: 'record a trace from a running instance',
  usage: `polisgrid record FILE [--for SECONDS] [--api URL] [--key KEY]
polisgrid record FILE --live [--ocpp-port N] [--mqtt-port N] [--host HOST] [--tls-certificate FILE --tls-key FILE]
                 [--tls] [--ca FILE] [--for SECONDS] [--api URL] [--key KEY]

Writes a trace to FILE: the estate, the sessions, and what was said.
Without --live   the OCPP messages that the instance has kept, and with --for those of the next seconds. Of MQTT it
                 keeps the measurements, not the messages: those take --live.
With --live      listens in front of the instance. Let chargers and gateways connect to the addresses that it prints:
                 it passes everything on, and writes it, until Ctrl-C or for --for seconds.

  --ocpp-port N  where chargers connect (default ${OCPP_PORT}; 0: any free port)
  --mqtt-port N  where gateways connect (default ${MQTT_PORT}; 0: any free port)
  --host HOST    the address to listen on (default ${LOCAL_HOST}; 0.0.0.0: all)
  --tls-certificate FILE, --tls-key FILE
                 a certificate with its chain, and its key (PEM): chargers and gateways connect over TLS
  --tls          goes on to the instance over TLS (wss://, mqtts://), as security profile 2 demands. A certificate that a
                 charger or gateway shows cannot be passed on
  --ca FILE      the authorities that vouch for the instance, PEM (default: this machine's, and its own)

Passwords and keys are not written.
${INSTANCE_HELP}`,
  async run(words) {
    const { values, positionals } = read(words, {
      ...INSTANCE_OPTIONS,
      ...LIVE_OPTIONS,
      for: { type: 'string' },
      live: { type: 'boolean', default: false },
    });
    const file = onlyOne(positionals, 'file');
    const seconds = values.for === undefined ? null : Number(values.for);
    if (seconds !== null && !(seconds >= 0)) throw wrongUsage(`--for is "${values.for}"; seconds are expected.`);
    const stop = stopSignal();
    if (values.live) return live(targetOf(values), { file, seconds, stop, ...values });
    const strange = LIVE_NAMES.find((name) => values[name] !== undefined);
    if (strange) throw wrongUsage(`--${strange} goes with --live; nothing is expected without it.`);
    const followMs = (seconds ?? 0) * SECOND;
    const lines = await recordJournal(targetOf(values), { file, followMs, clock: systemClock, signal: stop });
    say(recorded(lines, file));
    return PASSED;
  },
};

interface LiveWords {
  'ocpp-port'?: string | undefined;
  'mqtt-port'?: string | undefined;
  host?: string | undefined;
  'tls-certificate'?: string | undefined;
  'tls-key'?: string | undefined;
  tls?: boolean | undefined;
  ca?: string | undefined;
}

async function live(
  target: Target,
  options: LiveWords & { file: string; seconds: number | null; stop: AbortSignal },
): Promise<number> {
  const { file, seconds, stop, tls = false, ca } = options;
  const portOf = (name: 'ocpp-port' | 'mqtt-port', usual: number) =>
    wholeNumber(name, options[name] ?? String(usual), [0, 65_535]);
  const { lines, withoutSessions } = await recordLive(target, {
    file,
    host: options.host ?? LOCAL_HOST,
    ocppPort: portOf('ocpp-port', OCPP_PORT),
    mqttPort: portOf('mqtt-port', MQTT_PORT),
    certificate: await certificateOf(options),
    tls,
    authorities: ca === undefined ? undefined : await pem('ca', ca),
    clock: systemClock,
    opened: sayWhere,
    until: seconds === null ? aborted(stop) : systemClock.sleep(seconds * SECOND, stop),
  });
  say(recorded(lines, file));
  if (withoutSessions !== null) complain(`The sessions are not in it: ${withoutSessions}`);
  return PASSED;
}

async function certificateOf(words: LiveWords): Promise<ProxyCertificate | undefined> {
  const { 'tls-certificate': chain, 'tls-key': key } = words;
  if (chain === undefined && key === undefined) return undefined;
  if (chain === undefined || key === undefined)
    throw wrongUsage('--tls-certificate and --tls-key go together; one is missing, both are expected.');
  return { chain: await pem('tls-certificate', chain), key: await pem('tls-key', key) };
}

async function pem(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new PolisError('invalid', `--${name}: ${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function sayWhere({ ocppUrl, mqttUrl }: LiveAddresses): void {
  say(`Recording. Connect
  chargers  ${ocppUrl}/{identity}
  gateways  ${mqttUrl}
Ctrl-C ends it.`);
}

function recorded(lines: TraceWriter['lines'], file: string): string {
  const { frame, packet, charger, device, session } = lines;
  const said = packet === 0 ? `${frame} OCPP messages` : `${frame} OCPP and ${packet} MQTT messages`;
  return `Recorded ${said}, ${charger} chargers, ${device} devices and ${session} sessions in ${file}.`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
