import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ground } from '#estate/ground.ts';
import { SECOND } from '#estate/units.ts';

export interface DemoTarget {
  /** Base URL of the HTTP API, and a key that may register. */
  consoleUrl: string;
  key: string;
  ocppUrl: string;
  mqttUrl: string;
  /** Where the simulation keeps where it was. */
  stateFile: string;
  sites: number;
}

export interface DemoProcess {
  /** Lets the simulated field go quiet and waits for its process to end. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 5 * SECOND;

/**
 * Starts the simulated estate in a process of its own, joined to the platform by nothing but its protocols. If it ends
 * unasked, that is logged; the platform goes on.
 */
export function startDemoProcess(target: DemoTarget, ground: Ground): DemoProcess {
  let stopping = false;
  const child = fork(fileURLToPath(new URL('./demo.ts', import.meta.url)), {
    // A Ctrl-C of the terminal reaches every process of its group; the platform alone decides when the field stops.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      POLISGRID_SIM_API: target.consoleUrl,
      POLISGRID_SIM_KEY: target.key,
      POLISGRID_SIM_OCPP: target.ocppUrl,
      POLISGRID_SIM_MQTT: target.mqttUrl,
      POLISGRID_SIM_STATE: target.stateFile,
      POLISGRID_SIM_SITES: String(target.sites),
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stderr?.on('data', (text: Buffer) => ground.log.warn({ part: 'demo' }, text.toString().trimEnd()));
  child.on('error', (error) =>
    ground.log.error({ part: 'demo', error: error.message }, 'The simulated estate failed.'),
  );
  child.once('exit', (code) => {
    if (!stopping)
      ground.log.error({ part: 'demo', code }, 'The simulated estate ended; restart polisgrid to see it move.');
  });
  return {
    async stop() {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null) await ask(child, ended, ground);
    },
  };
}

async function ask(child: ChildProcess, ended: Promise<void>, ground: Ground): Promise<void> {
  child.kill('SIGTERM');
  const giveUp = ground.clock.after(PATIENCE_MS, () => child.kill('SIGKILL'));
  await ended;
  giveUp();
}
