import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PolisError } from '#estate/errors.ts';

/** A real program beside which polisgrid is tested. */
interface Program {
  /** The Debian package that brings it. */
  debianPackage: string;
  /** Other names it goes by. */
  alsoCalled?: readonly string[];
}

const PROGRAMS = {
  influxd: { debianPackage: 'influxdb' },
  initdb: { debianPackage: 'postgresql' },
  postgres: { debianPackage: 'postgresql' },
  mosquitto: { debianPackage: 'mosquitto' },
  mosquitto_pub: { debianPackage: 'mosquitto-clients' },
  mosquitto_sub: { debianPackage: 'mosquitto-clients' },
  'nats-server': { debianPackage: 'nats-server' },
  chromium: { debianPackage: 'chromium', alsoCalled: ['chromium-browser', 'google-chrome'] },
} satisfies Record<string, Program>;

/** Debian keeps servers where no path of a person's shell leads. */
const FOLDERS = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/sbin',
  ...[18, 17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin`),
];

export type ProgramName = keyof typeof PROGRAMS;

/**
 * The path of an installed program.
 *
 * @throws PolisError `not-found` with the package to install.
 */
export function pathOf(name: ProgramName): string {
  const found = findProgram(name);
  if (found) return found;
  const { debianPackage } = PROGRAMS[name];
  throw new PolisError('not-found', `${name} is not installed; on Debian: apt-get install ${debianPackage}`);
}

/** The programs that are missing, and the Debian packages that bring them. */
export function missingPrograms(): { programs: ProgramName[]; packages: string[] } {
  const programs = (Object.keys(PROGRAMS) as ProgramName[]).filter((name) => !findProgram(name));
  return { programs, packages: [...new Set(programs.map((name) => PROGRAMS[name].debianPackage))] };
}

function findProgram(name: ProgramName): string | undefined {
  const { alsoCalled = [] }: Program = PROGRAMS[name];
  const paths = [name, ...alsoCalled].flatMap((called) => FOLDERS.map((folder) => join(folder, called)));
  return paths.find((path) => existsSync(path));
}
