import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Protocol } from '#charging/index.ts';
import { seededRandom, type Random } from '#estate/random.ts';
import { MINUTE } from '#estate/units.ts';
import { deviationsFrom } from '#ocpp-server/deviations/deviations.ts';
import { schemaOf } from '#ocpp-server/wire/schemas.ts';
import { readFrame } from '#ocpp-server/wire/frame.ts';
import { checkStrictly } from '#ocpp-server/wire/schemas.ts';
import { openServer, TEN, type Specimen } from '#ocpp-server/specimens/server.ts';
import { openWire, rawRequest, upgradeOf, type Wire } from '#ocpp-server/specimens/wire.ts';
import { v16 } from '#ocpp-server/v16/index.ts';
import { v201 } from '#ocpp-server/v201/index.ts';
import { mutated, mutatedFrame } from './fuzz/mutations.ts';
import { validPayload } from './fuzz/payloads.ts';

const SEED = process.env['POLISGRID_TEST_SEED'] ?? Date.now().toString(36);
process.stdout.write(`Fuzz seed: POLISGRID_TEST_SEED=${SEED}\n`);

const FRAMES = 100_000;
const CHARGERS = 40;
/** As many as a charger may send at once, so that none is held back. */
const BATCH = 250;
/** Beyond 256 KiB the connection ends, and with it the babble. */
const MOST_CHARACTERS = 60_000;
const HANDSHAKES = 400;

/** What it takes to hold all connections and what they are owed, bytes. */
const MOST_GROWTH = 20_000_000;
const MOST_STALL_MS = 1_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const PROTOCOLS: readonly Protocol[] = ['ocpp1.6', 'ocpp2.0.1'];
const ACTIONS = {
  'ocpp1.6': v16.inbound.map(({ action }) => action),
  'ocpp2.0.1': v201.inbound.map(({ action }) => action),
};

function payloadFor(protocol: Protocol, action: string, random: Random): unknown {
  const message = schemaOf(protocol, action) ?? {};
  return validPayload(message, { random, message });
}

describe.each(PROTOCOLS)('what the fuzz makes of the schemas of %s', (protocol) => {
  it.each(ACTIONS[protocol])('%s: is right, by the schema and by our own reading of it', (action) => {
    const random = seededRandom(`${SEED} ${action}`);
    const schema = schemaOf(protocol, action);
    for (let count = 0; count < 50; count++) {
      const payload = payloadFor(protocol, action, random);
      expect(() => checkStrictly(protocol, { action, payload, kind: 'req' })).not.toThrow();
      expect(schema && deviationsFrom(schema, payload, TEN).filter(({ kind }) => kind !== 'odd-unit')).toEqual([]);
    }
  });
});

/** A charger that sends whatever chance makes of its messages. */
function createBabbler(specimen: Specimen, id: string, random: Random) {
  const protocol = random.pick(PROTOCOLS);
  let wire: Wire | null = null;
  let frames = 0;
  let answers = 0;
  const faults: string[] = [];

  const nextFrame = (): string => {
    const action = random.pick(ACTIONS[protocol]);
    const payload = payloadFor(protocol, action, random);
    const wrong = random.next() < 0.85 ? mutated(payload, random) : payload;
    const frame = JSON.stringify([2, `f${++frames}`, action, wrong]);
    if (frame.length > MOST_CHARACTERS) return nextFrame();
    // As it goes over the wire, where half a surrogate is none.
    return (random.next() < 0.12 ? mutatedFrame(frame, random) : frame).toWellFormed();
  };
  /** The ids of the answers that a frame is owed. */
  const owed = (frame: string): string[] => {
    const read = readFrame(frame);
    if (frame === '' || read.kind === 'answer') return [];
    if (read.kind === 'malformed') return read.answerable ? [read.messageId] : [];
    return [read.messageId];
  };
  const look = (answer: unknown[], frame: string) => {
    const [type, , content] = answer;
    const action = /^\s*\[2,"[^"]*","(\w+)"/.exec(frame)?.[1] ?? '';
    const tell = (what: string) =>
      faults.push(`${protocol} ${what}: ${frame.slice(0, 400)} → ${JSON.stringify(answer).slice(0, 200)}`);
    if (type === 4 && content === 'InternalError') tell('a defect of ours');
    if (type !== 3) return;
    try {
      checkStrictly(protocol, { action, payload: content, kind: 'conf' });
    } catch {
      tell('an answer that breaks its schema');
    }
  };
  /** Reads the answers that are due, in their order. */
  const check = async (on: Wire, due: readonly { of: string; frame: string }[]): Promise<void> => {
    for (const { of, frame } of due) {
      let answer = await on.next();
      // A call of the server's own.
      while (answer[0] === 2) answer = await on.next();
      if (answer[1] !== of) {
        faults.push(`${protocol} ${of} was due, ${JSON.stringify(answer).slice(0, 200)} came: ${frame.slice(0, 400)}`);
        return on.socket.terminate();
      }
      answers += 1;
      if (frame !== '') look(answer, frame);
    }
  };
  return {
    faults,
    answers: () => answers,
    /** Sends frames; resolves once all are answered, each once and in order, or the server had enough of it. */
    async babble(count: number): Promise<void> {
      if (wire === null || wire.socket.readyState !== 1)
        wire = await openWire(specimen.port, { id, protocols: [protocol] });
      const on = wire;
      const sent: string[] = [];
      while (sent.length < count) {
        const frame = nextFrame();
        sent.push(frame);
        on.send(frame);
        // What takes long is to be the server's, not ours.
        if (sent.length % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      on.send('[2,"last","Heartbeat",{}]');
      const due = [...sent.flatMap((frame) => owed(frame).map((of) => ({ of, frame }))), { of: 'last', frame: '' }];
      await Promise.race([check(on, due), on.closed]);
    },
    leave: () => wire?.socket.terminate(),
  };
}

/** The heap of this process once nothing is under way, bytes. */
async function heap(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** Watches for the longest turn of the event loop, ms of CPU time: what others take of a busy machine is left out. */
function watchTurns() {
  const cpuMs = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let longestMs = 0;
  let before = cpuMs();
  const turning = setInterval(() => {
    const now = cpuMs();
    longestMs = Math.max(longestMs, now - before);
    before = now;
  }, 10);
  return {
    end() {
      clearInterval(turning);
      return longestMs;
    },
  };
}

describe('the front, fuzzed', () => {
  it(`answers each of ${FRAMES} frames as it must: no crash, no leak, no stall`, { timeout: 600_000 }, async () => {
    await using specimen = await openServer();
    await specimen.charging.putToken({ token: 'CARD-1', status: 'accepted', group: null, expiresAt: null });
    const ids = Array.from({ length: CHARGERS }, (_, index) => `FUZZ-${index}`);
    for (const id of ids) await specimen.register(id);
    const babblers = ids.map((id) => createBabbler(specimen, id, seededRandom(`${SEED} ${id}`)));
    const round = async () => {
      await Promise.all(babblers.map((one) => one.babble(BATCH)));
      await specimen.clock.advance(MINUTE);
    };
    await round();
    const baseline = await heap();
    const watch = watchTurns();
    for (let sent = 0; sent < FRAMES; sent += CHARGERS * BATCH) await round();
    const stallMs = watch.end();
    const growth = (await heap()) - baseline;
    const answers = babblers.reduce((sum, one) => sum + one.answers(), 0);
    const faults = babblers.flatMap((one) => one.faults);
    process.stdout.write(
      `Fuzz: ${answers} answers, longest stall ${stallMs.toFixed(0)} ms, heap ${(growth / 1e6).toFixed(1)} MB more.\n`,
    );
    expect(faults.slice(0, 20)).toEqual([]);
    expect(answers).toBeGreaterThan(FRAMES * 0.9);
    expect(stallMs).toBeLessThan(MOST_STALL_MS);
    expect(growth).toBeLessThan(MOST_GROWTH);

    // The same process serves a good charger, and has counted what the bad ones did.
    const good = await specimen.connect('GOOD');
    expect(await good.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
    const totals = await specimen.charging.deviations.totals(ids);
    expect([...totals.values()].every((total) => total > BATCH)).toBe(true);
    for (const one of babblers) one.leave();
  });

  it(`turns down ${HANDSHAKES} handshakes of chance, and lets the right one in`, async () => {
    await using specimen = await openServer({ headersTimeoutMs: 300 });
    await specimen.register('FUZZ');
    const random = seededRandom(`${SEED} handshakes`);
    const right = upgradeOf('/ocpp/FUZZ', ['Sec-WebSocket-Protocol: ocpp1.6', 'Authorization: Basic RlVaWjpubw==']);
    const odd = [
      '%',
      '%00',
      '..',
      '\0',
      '\r\n',
      ' ',
      ':',
      '/',
      'ÿ',
      ',',
      '"',
      '\t',
      'x'.repeat(20_000),
      'Upgrade: h2c\r\n',
    ];
    const wrong = () => {
      let bytes = right;
      for (let times = random.int(1, 4); times > 0; times--) {
        const at = random.int(0, bytes.length);
        bytes = bytes.slice(0, at) + random.pick(odd) + bytes.slice(at + random.int(0, 8));
      }
      return bytes;
    };
    for (let tried = 0; tried < HANDSHAKES; tried += 50) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => rawRequest(specimen.port, wrong()).catch(() => '')),
      );
      for (const answer of answers) expect(answer).toMatch(/^$|^HTTP\/1\.1 4\d\d /);
    }
    const wire = await specimen.connect('FUZZ');
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
  });
});
