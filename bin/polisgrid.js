#!/usr/bin/env node
// Plain JavaScript on purpose: it must run, and say what is missing, under a Node that is too old for the rest.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED = 26;
const major = Number(process.versions.node.split('.')[0]);

if (major >= NEEDED) {
  // Beside the code, so that nobody can write it who could not write that; the threads find it in the environment.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
  (await import('node:module')).enableCompileCache();
  // Left alone, the heap of a busy process grows to four times what is alive in it before it is swept.
  (await import('node:v8')).setFlagsFromString('--heap-growing-percent=50');
  const { run } = await import('../cli.ts');
  const code = await run(process.argv.slice(2));
  // What was written to a pipe is on its way until its reader takes it.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  // Nothing is left by then that would keep it alive, but Node's own teardown has been seen once not to end.
  process.exit(code);
} else {
  const bundled = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(bundled)) {
    process.stderr.write(
      `polisgrid needs Node ${NEEDED}; this is ${process.versions.node}. "npm ci" brings it along unless install scripts are denied: ` +
        'allow the one of the package "node", or install Node yourself.\n',
    );
    process.exit(1);
  }
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGINT', () => child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
