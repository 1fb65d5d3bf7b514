import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ADMIN_KEY } from './in-process.ts';

export const PROGRAM = fileURLToPath(new URL('../../bin/polisgrid.js', import.meta.url));

/** Runs a polisgrid command to its end. */
export async function polisgridCommand(...words: string[]): Promise<{ code: number; text: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: { ...process.env, POLISGRID_ADMIN_KEY: ADMIN_KEY },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}
