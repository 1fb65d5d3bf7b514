import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PolisError, messageOf } from '#estate/errors.ts';
import { missingPrograms } from './programs.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

/**
 * Sees to it that the servers which the tests start are installed. On Debian, as root, it installs what is missing.
 *
 * @throws PolisError `not-found` that says what to install.
 */
export function ensureServers(): void {
  const { programs, packages } = missingPrograms();
  if (programs.length === 0) return;
  say(`The tests run against real servers. Missing: ${programs.join(', ')}.`);
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) installFromDebian(packages);
  const left = missingPrograms();
  if (left.programs.length === 0) return;
  throw new PolisError(
    'not-found',
    `${left.programs.join(', ')} must be installed before the tests can run. On Debian:\n` +
      `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${left.packages.join(' ')}`,
  );
}

function installFromDebian(packages: readonly string[]): void {
  say(`Installing from Debian: ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { status } = spawnSync('apt-get', words, { env, stdio: ['ignore', 2, 2] });
    if (status !== 0) say(`apt-get ${words[0]} failed.`);
  }
}

if (import.meta.main) {
  try {
    ensureServers();
  } catch (error) {
    say(messageOf(error));
    process.exitCode = 1;
  }
}
