import { MINUTE, SECOND } from '#estate/units.ts';
import type { Wire } from '../../../ocpp-server/specimens/wire.ts';
import { AT_ONCE_MS, pass, told, type Bed, type Fault } from './bed.ts';

type Frame = string | (() => string);

/** What one frame is answered with. */
function answered(name: string, frame: Frame, expected: string, protocol: 'ocpp1.6' | 'ocpp2.0.1' = 'ocpp1.6'): Fault {
  return {
    name,
    expected,
    async observe(bed) {
      const { wire } = await bed.connect(protocol);
      wire.send(typeof frame === 'string' ? frame : frame());
      const answer = await Promise.race([wire.next(), wire.closed]);
      return typeof answer === 'number' ? `closed ${answer}` : told(answer);
    },
  };
}

/** Frames that nobody answers, after which the charger is served as before. */
function passedOver(name: string, ...frames: string[]): Fault {
  return {
    name,
    expected: 'passed over',
    async observe(bed) {
      const { wire } = await bed.connect();
      for (const frame of frames) wire.send(frame);
      const [type, id] = await wire.call('Heartbeat', {}, 'after');
      return type === 3 && id === 'after' ? 'passed over' : 'answered';
    },
  };
}

/** A charger that floods: it ends closed, or unharmed. */
function flood(name: string, pour: (wire: Wire) => void, expected: string): Fault {
  return {
    name,
    expected,
    async observe(bed) {
      const { wire } = await bed.connect();
      const startedAt = Date.now();
      pour(wire);
      const closed = await Promise.race([wire.closed, wire.call('Heartbeat', {}, 'after').then(() => 'served')]);
      const isPrompt = Date.now() - startedAt < AT_ONCE_MS;
      wire.socket.terminate();
      return closed === 'served' ? 'served' : `closed ${closed}${isPrompt ? ' at once' : ''}`;
    },
  };
}

const beat = (id: unknown) => JSON.stringify([2, id, 'Heartbeat', {}]);

/** Calls of ours that are answered in strange ways: what becomes of the command, and of the connection. */
function answersOf(name: string, answer: (wire: Wire, id: string) => void, expected: string): Fault {
  return {
    name,
    expected,
    async observe(bed) {
      const { id, wire } = await bed.connect();
      const result = bed.specimen.server.call(id, 'ClearCache', {});
      const [, messageId] = await wire.next();
      answer(wire, String(messageId));
      await pass(bed, MINUTE);
      const { outcome } = await result;
      return `${outcome}, then ${await served(bed, { id, wire })}`;
    },
  };
}

async function served(bed: Bed, { id, wire }: { id: string; wire: Wire }): Promise<string> {
  const result = bed.specimen.server.call(id, 'ClearCache', {});
  const [, messageId] = await wire.next();
  wire.send(JSON.stringify([3, messageId, { status: 'Accepted' }]));
  return (await result).outcome;
}

export const FRAME_FAULTS: Fault[] = [
  answered('not JSON', 'no json', 'FormationViolation'),
  answered('not JSON, 2.0.1', 'no json', 'RpcFrameworkError', 'ocpp2.0.1'),
  passedOver('empty frames', '', ''),
  answered(
    'nested 100,000 deep',
    () => `[2,"a","Heartbeat",${'['.repeat(100_000)}${']'.repeat(100_000)}]`,
    'FormationViolation',
  ),
  answered('5 M characters long', () => beat('x'.repeat(5_000_000)), 'closed 1009'),
  answered('256 KiB + 1', () => ' '.repeat(256 * 1024 + 1), 'closed 1009'),
  flood('60 MB', (wire) => wire.send('x'.repeat(60_000_000)), 'closed 1009 at once'),
  flood(
    '65,536 fragments',
    ({ socket }) => {
      for (let n = 0; n < 65_536; n++) socket.send('x', { fin: false });
    },
    'closed 1008 at once',
  ),
  flood(
    'a flood of pings',
    ({ socket }) => {
      for (let n = 0; n < 20_000; n++) socket.ping();
    },
    // Whose pongs nobody reads is cut.
    'closed 1006 at once',
  ),
  flood(
    '20,000 messages at once',
    (wire) => {
      for (let n = 0; n < 20_000; n++) wire.send(beat(String(n)));
    },
    'closed 1008 at once',
  ),
  answered('an id of 37 characters', beat('x'.repeat(37)), 'FormationViolation'),
  answered('an id of 200 kB', () => beat('x'.repeat(200_000)), 'FormationViolation'),
  answered('an empty id', beat(''), 'FormationViolation'),
  answered('an id that is a number', beat(7), 'FormationViolation'),
  {
    name: 'one id in flight twice, and again after a reboot',
    expected: 'confirmed, confirmed, confirmed',
    async observe(bed) {
      const { wire } = await bed.connect();
      wire.send(beat('same'));
      wire.send(beat('same'));
      const answers = [await wire.next(), await wire.next()];
      await wire.call('BootNotification', { chargePointVendor: 'A', chargePointModel: 'B' });
      answers.push(await wire.call('Heartbeat', {}, 'same'));
      return answers.map(told).join(', ');
    },
  },
  answered('an unknown action', '[2,"a","NoSuchThing",{}]', 'NotImplemented'),
  answered('the action "constructor"', '[2,"a","constructor",{}]', 'NotImplemented'),
  answered('an action that is ours to call', '[2,"a","Reset",{"type":"Soft"}]', 'NotSupported'),
  ...[5, 6, 2.5, '2', null].map((type) =>
    answered(`message type ${JSON.stringify(type)}`, JSON.stringify([type, 'a', 'Heartbeat', {}]), 'GenericError'),
  ),
  answered('message type 5, 2.0.1', '[5,"a","Heartbeat",{}]', 'MessageTypeNotSupported', 'ocpp2.0.1'),
  passedOver('a reply to nothing', '[3,"nothing",{}]', '[4,"nothing","GenericError","",{}]'),
  answersOf(
    'an answer that comes twice',
    (wire, id) => {
      for (let n = 0; n < 2; n++) wire.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    },
    'accepted, then accepted',
  ),
  answersOf(
    'an answer that breaks the schema',
    (wire, id) => wire.send(JSON.stringify([3, id, { state: 1 }])),
    'failed, then accepted',
  ),
  answersOf('an answer that never comes', () => undefined, 'timed-out, then accepted'),
  {
    name: 'an answer after ten minutes',
    expected: 'timed-out, then accepted',
    async observe(bed) {
      const { id, wire } = await bed.connect();
      const result = bed.specimen.server.call(id, 'ClearCache', {});
      const [, messageId] = await wire.next();
      await pass(bed, MINUTE);
      const { outcome } = await result;
      for (let n = 0; n < 10; n++) {
        await pass(bed, MINUTE);
        await wire.call('Heartbeat', {});
      }
      wire.send(JSON.stringify([3, messageId, { status: 'Accepted' }]));
      return `${outcome}, then ${await served(bed, { id, wire })}`;
    },
  },
  {
    name: 'a boot every second, 60 times',
    expected: 'confirmed 60 times',
    async observe(bed) {
      const { wire } = await bed.connect();
      let confirmed = 0;
      for (let n = 0; n < 60; n++) {
        const [type] = await wire.call('BootNotification', { chargePointVendor: 'A', chargePointModel: 'B' });
        if (type === 3) confirmed++;
        await bed.specimen.clock.advance(SECOND);
      }
      return `confirmed ${confirmed} times`;
    },
  },
];
