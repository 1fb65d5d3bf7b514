import { join } from 'node:path';
import { pino } from 'pino';
import { type Clock, scaledClock, steadyMs, systemClock } from '#estate/clock.ts';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { secureRandom } from '#estate/random.ts';
import { isoTime } from '#estate/units.ts';
import { environmentNameOf, flagOf, loadConfig, simulatedTimeOf, type Config, type LoadedConfig } from './config.ts';
import { version } from './version.ts';

/** A command: what follows its name goes in, the process's exit code comes out. */
type Command = (words: string[]) => Promise<number>;

/** Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 the target cannot be reached. */
const USAGE = 2;
const INTERRUPTED = 130;

const commands: Record<string, { run: Command; about: string }> = {
  start: { run: start, about: 'start the platform (the default)' },
  'config check': { run: checkConfig, about: 'show every setting, its value and where it comes from' },
  'grafana export': { run: exportGrafana, about: 'write a Grafana provisioning folder: grafana export DIR' },
  record: {
    run: async (words) => (await import('#simulators/cli.ts')).record(words),
    about: 'record a trace from a running instance',
  },
  replay: {
    run: async (words) => (await import('#simulators/cli.ts')).replay(words),
    about: 'play a trace into an instance',
  },
  sim: {
    run: async (words) => (await import('#simulators/cli.ts')).sim(words),
    about: 'the simulators: describe and register an estate, check their physics',
  },
  help: { run: help, about: 'this page' },
  version: { run: showVersion, about: 'the version' },
};

/** Runs the command line; resolves with the exit code. */
export async function run(words: string[]): Promise<number> {
  const { command, rest } = chosen(words);
  try {
    return await command(rest);
  } catch (error) {
    if (!(error instanceof PolisError)) throw error;
    say(process.stderr, error.message);
    return error.code === 'config' || error.code === 'invalid' ? USAGE : 1;
  }
}

function chosen(words: string[]): { command: Command; rest: string[] } {
  const [first = 'start', second = ''] = words;
  const two = commands[`${first} ${second}`];
  if (two) return { command: two.run, rest: words.slice(2) };
  if (first === '--help' || first === '-h') return { command: help, rest: [] };
  if (first === '--version') return { command: showVersion, rest: [] };
  if (first.startsWith('-')) return { command: start, rest: words };
  const one = commands[first];
  return one ? { command: one.run, rest: words.slice(1) } : { command: unknown, rest: words };
}

async function start(words: string[]): Promise<number> {
  const began = steadyMs();
  const loaded = loadConfig({ flags: words, environment: process.env });
  for (const warning of loaded.warnings) say(process.stderr, warning);
  const { startPlatform } = await import('./main.ts');
  const { ground, logsTo } = groundFor(loaded.config);
  const stopAsked = whenAskedToStop();
  const platform = await startPlatform(loaded.config, ground);
  const seconds = ((steadyMs() - began) / 1_000).toFixed(1);
  const lines = [
    `polisgrid ${version} is ready after ${seconds} s.`,
    '',
    `  console    ${platform.consoleUrl}`,
    `  API        ${platform.consoleUrl}/v1      documented at ${platform.consoleUrl}/docs`,
    `  chargers   ${platform.ocppUrl}/{identity}`,
    ...(platform.ocppsUrl === null ? [] : [`  with TLS   ${platform.ocppsUrl}/{identity}`]),
    `  devices    ${platform.mqttUrl}`,
    ...(platform.mqttsUrl === null ? [] : [`  with TLS   ${platform.mqttsUrl}`]),
    ...(platform.mqttWsUrl === null ? [] : [`  WebSocket  ${platform.mqttWsUrl}`]),
    ...(platform.mqttWssUrl === null ? [] : [`  with TLS   ${platform.mqttWssUrl}`]),
    `  data       ${platform.dataFolder}`,
    `  log        ${logsTo}`,
    ...timeLine(loaded.config),
  ];
  const { firstAdmin } = platform;
  if (firstAdmin)
    lines.push(`  sign-in    user ${firstAdmin.user}, password ${firstAdmin.password}   (shown this once)`);
  if (platform.demo) lines.push('', '  A simulated estate is connecting: its rows are marked synthetic.');
  lines.push('', '  Ctrl-C stops it.');
  say(process.stdout, lines.join('\n'));

  await stopAsked;
  say(process.stdout, '\nStopping …');
  await platform.stop();
  say(process.stdout, 'Stopped; everything that was confirmed is stored.');
  return 0;
}

function timeLine(config: Config): string[] {
  const simulated = simulatedTimeOf(config);
  return simulated
    ? [`  time       simulated, from ${isoTime(simulated.startMs)}, ${simulated.speed} times as fast`]
    : [];
}

/** A later Ctrl-C than this means that the person is tired of waiting, ms. */
const SAME_REQUEST_MS = 2_000;

/**
 * Resolves at the first signal to stop. A terminal, npm and a launcher may each pass the same Ctrl-C on: repeats at once
 * must not cut the stop short. One that comes later ends the process there and then; what was confirmed is on disk.
 */
function whenAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let firstMs: number | null = null;
    const ask = () => {
      firstMs ??= steadyMs();
      if (steadyMs() - firstMs > SAME_REQUEST_MS) process.exit(INTERRUPTED);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  });
}

function checkConfig(words: string[]): Promise<number> {
  const loaded: LoadedConfig = loadConfig({ flags: words, environment: process.env });
  const widths = { value: Math.max(...loaded.origins.map(({ value }) => value.length)) };
  for (const { name, value, origin, about } of loaded.origins) {
    say(process.stdout, `${name.padEnd(18)}  ${value.padEnd(widths.value)}  from ${origin.padEnd(30)}  ${about}`);
  }
  for (const warning of loaded.warnings) say(process.stdout, `\nNote: ${warning}`);
  return Promise.resolve(0);
}

async function exportGrafana(words: string[]): Promise<number> {
  const [folder, ...rest] = words;
  if (folder === undefined || folder.startsWith('-')) {
    say(process.stderr, 'Name the folder to write to: polisgrid grafana export DIR');
    return USAGE;
  }
  const grafana = await import('#dashboards/grafana/index.ts');
  const { config } = loadConfig({ flags: rest, environment: process.env });
  const written = await grafana.exportGrafana(folder, { seriesUrl: config.series });
  say(process.stdout, `Written for Grafana's provisioning:\n${written.map((file) => `  ${file}`).join('\n')}`);
  return 0;
}

function help(): Promise<number> {
  const listed = Object.entries(commands).map(([name, { about }]) => `  polisgrid ${name.padEnd(16)} ${about}`);
  const settings = loadConfig({ flags: [], environment: {} }).origins.map(
    ({ name, value, about }) =>
      `  ${flagOf(name).padEnd(22)} ${environmentNameOf(name).padEnd(32)} ${about} [${value}]`,
  );
  say(
    process.stdout,
    ['polisgrid runs the energy side of an estate of buildings.', '', ...listed, '', 'Settings:', ...settings].join(
      '\n',
    ),
  );
  return Promise.resolve(0);
}

function showVersion(): Promise<number> {
  say(process.stdout, version);
  return Promise.resolve(0);
}

function unknown([word]: string[]): Promise<number> {
  say(process.stderr, `There is no command "${word}". "polisgrid help" lists them.`);
  return Promise.resolve(USAGE);
}

/** Time, chance and a log for this process. By hand the log goes to a file, so that the terminal stays readable. */
function groundFor(config: Config): { ground: Ground; logsTo: string } {
  const byHand = process.stdout.isTTY;
  const file = config.log === 'auto' ? (byHand ? join(config.data, 'polisgrid.log') : '-') : config.log;
  const toStandardError = file === '-';
  const log = pino(
    {
      level: config.logLevel,
      redact: ['password', 'secret', 'authorization', 'key', '*.password', '*.secret', '*.authorization', '*.key'],
    },
    pino.destination({ dest: toStandardError ? 2 : file, mkdir: true, sync: true }),
  );
  return {
    ground: { clock: clockFor(config), random: secureRandom, log },
    logsTo: toStandardError ? 'standard error' : file,
  };
}

function clockFor(config: Config): Clock {
  const simulated = simulatedTimeOf(config);
  return simulated ? scaledClock(simulated) : systemClock;
}

function say(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`${text}\n`);
}

process.on('unhandledRejection', (error) => {
  say(process.stderr, `A defect of polisgrid, please report it: ${messageOf(error)}`);
  throw error;
});

// Whoever reads what is printed may stop listening, as "head" does: then there is nothing more to say.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(INTERRUPTED);
  });
}
