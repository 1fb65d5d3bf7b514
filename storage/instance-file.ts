import { rmSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The file in a data folder that says where the instance at work there is reached, and with which key. */
const FILE = 'instance.json';

/**
 * Leaves the API's address and a key for programs of the same person on this machine (mode 0600), so that nobody has to
 * copy a key from one terminal to another.
 *
 * @returns takes it away again.
 */
export async function announceInstance(folder: string, instance: { api: string; key: string }): Promise<() => void> {
  const file = join(folder, FILE);
  await writeFile(file, `${JSON.stringify(instance)}\n`, { mode: 0o600 });
  // The mode above holds only for a file that is made anew.
  await chmod(file, 0o600);
  return () => rmSync(file, { force: true });
}
