import { expect } from 'vitest';
import type { Charging, ChargerCommand, Protocol } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import { systemClock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import type { OcppServerOptions } from '../index.ts';
import { openServer, type Specimen } from './server.ts';
import { openWire, type Dial, type Wire } from './wire.ts';

/** For tests: a charger that keeps to a script, over a real socket, and what the platform must know of it in the end. */

/** One step of a script; what is not named is not looked at. */
export interface Step {
  /** Connects anew. */
  dial?: Pick<Dial, 'protocols' | 'user' | 'header'>;
  /** What is answered of the subprotocols offered. */
  subprotocol?: string;
  /** The status with which it is turned away. */
  refused?: string;
  /** Calls, and is answered so, or with an error of this code that names the field. */
  call?: [action: string, payload: unknown];
  answer?: object;
  error?: [code: string, field: string];
  /** Sends a raw frame. */
  send?: string;
  /** The hand-cranked clock moves on, s. */
  wait?: number;
  /** Real time passes, ms. */
  realMs?: number;
  /** So many pings came since the last step that counted them. */
  pings?: number;
  /** A person gives a command; what comes of it is seen in a later step. */
  order?: ChargerCommand;
  /** A call comes in, and is answered so. */
  receives?: [action: string, payload: unknown];
  reply?: object;
  outcome?: CommandResult['outcome'];
}

export interface Script {
  name?: string;
  protocol: Protocol;
  server?: Partial<OcppServerOptions>;
  steps: Step[];
  /** Parts of what is known in the end. */
  station?: object;
  /** Oldest first. */
  sessions?: object[];
  /** Exactly those that were counted: `{action} {field} {kind}`. */
  deviations?: string[];
}

/** In a payload this stands for the number of the transaction that was answered last. */
const TRANSACTION = '"$transaction"';
/** The same as text. */
const TRANSACTION_TEXT = '$transactionText';

/** A stage on which scripts are played. */
export interface Stage extends AsyncDisposable {
  /** Plays a script, and holds what came of it against what it says. */
  play(script: Script, quirks?: readonly string[]): Promise<void>;
}

/** One server for all scripts, but for those that move its clock or want it otherwise. */
export async function openStage(): Promise<Stage> {
  const common = await openServer();
  let scripts = 0;
  return {
    async play(script, quirks = []) {
      if (script.server === undefined && script.steps.every(({ wait }) => wait === undefined)) {
        return playOn(common, `S-${++scripts}`, { script, quirks });
      }
      await using own = await openServer(script.server);
      await playOn(own, 'S', { script, quirks });
    },
    [Symbol.asyncDispose]: () => common[Symbol.asyncDispose](),
  };
}

async function playOn(
  specimen: Specimen,
  id: string,
  { script, quirks }: { script: Script; quirks: readonly string[] },
): Promise<void> {
  await specimen.charging.putToken({ token: 'CARD-1', status: 'accepted', group: null, expiresAt: null });
  await specimen.register(id);
  await specimen.charging.quirks.put(id, quirks);
  const charger = createCharger(specimen, id, script.protocol);
  for (const [index, step] of script.steps.entries()) {
    await charger.act(step).catch((error: unknown) => {
      throw new Error(`Step ${index + 1}: ${JSON.stringify(step).slice(0, 200)}`, { cause: error });
    });
  }
  charger.leave();
  await expectState(specimen.charging, id, script);
}

function createCharger(specimen: Specimen, id: string, protocol: Protocol) {
  let wire: Wire | null = null;
  let pings = 0;
  let transaction = 'null';
  let order: Promise<CommandResult> | null = null;

  const dial = async (how: Step['dial'] = {}): Promise<Wire> => {
    wire = await openWire(specimen.port, { id, protocols: [protocol], ...how });
    wire.socket.on('ping', () => (pings += 1));
    return wire;
  };
  const expectAnswer = ([type, , payload, description]: unknown[], step: Step) => {
    if (step.error) {
      expect([type, payload, description]).toEqual([4, step.error[0], expect.stringContaining(step.error[1])]);
      return;
    }
    expect([type, payload]).toMatchObject([3, filled(step.answer ?? {}, transaction)]);
    const given = (payload as { transactionId?: number }).transactionId;
    if (given !== undefined) transaction = String(given);
  };
  return {
    leave: () => wire?.socket.terminate(),
    async act(step: Step): Promise<void> {
      if (step.refused) return expect(dial(step.dial)).rejects.toThrow(step.refused);
      const on = step.dial || !wire ? await dial(step.dial) : wire;
      if (step.subprotocol !== undefined) expect(on.socket.protocol).toBe(step.subprotocol);
      if (step.order) order = specimen.server.command(id, step.order);
      if (step.call) expectAnswer(await on.call(step.call[0], filled(step.call[1], transaction)), step);
      if (step.send !== undefined) {
        on.send(step.send);
        if (step.answer ?? step.error) expectAnswer(await on.next(), step);
      }
      if (step.wait !== undefined) await specimen.clock.advance(step.wait * SECOND);
      if (step.realMs !== undefined) await systemClock.sleep(step.realMs);
      if (step.pings !== undefined) {
        await expect.poll(() => pings).toBe(step.pings);
        pings = 0;
      }
      if (step.receives) {
        const [type, messageId, ...called] = await on.next();
        expect([type, ...called]).toEqual([2, ...step.receives]);
        on.send(JSON.stringify([3, messageId, step.reply]));
      }
      if (step.outcome) expect(await order).toMatchObject({ outcome: step.outcome });
    },
  };
}

function filled(payload: unknown, transaction: string): unknown {
  return JSON.parse(
    JSON.stringify(payload).replaceAll(TRANSACTION, transaction).replaceAll(TRANSACTION_TEXT, transaction),
  );
}

async function expectState(charging: Charging, id: string, script: Script): Promise<void> {
  const { station, sessions, deviations } = script;
  if (station) expect(await charging.station(id)).toMatchObject(station);
  if (sessions) {
    const kept = await charging.sessions({ charger: id, limit: 100 });
    expect(kept.toReversed()).toMatchObject(sessions);
  }
  if (deviations) {
    const counted = await charging.deviations.of(id);
    const said = counted.map(({ action, field, kind }) => `${action} ${field} ${kind}`);
    expect(said.toSorted()).toEqual(deviations.toSorted());
  }
}
