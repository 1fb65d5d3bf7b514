import { PolisError, messageOf } from '#estate/errors.ts';
import type { Fact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import type { Millis } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { Count } from '../accounting/counters.ts';
import type { DeadLetters } from '../accounting/dead-letters.ts';
import type { Malformed } from '../accounting/malformed.ts';
import type { DeviceRef } from '../accounting/received.ts';
import type { FieldMessage, Take } from '../broker/broker.ts';
import type { Commands } from '../commands/commands.ts';
import type { Address, Broken, FieldEvent, News, NodeRef, Target } from '../dialects/dialect.ts';
import type { Births } from '../field/births.ts';
import { refusalOf, typeFor, type Field } from '../field/field.ts';
import { noteEvent } from '../field/tables.ts';
import { createGate } from './gate.ts';
import { letterOf, type Measurements } from './measurements.ts';

export interface IngestDeps {
  field: Field;
  births: Births;
  measurements: Measurements;
  commands: Commands;
  keeping: {
    records: Records;
    letters: DeadLetters;
    malformed: Malformed;
    ground: Ground;
    count: Count;
    publish(fact: Fact): void;
  };
}

/**
 * Of history that is being read and kept at a time. When a whole estate comes back with what it kept, the rest waits as
 * the bytes that it came in, a tenth of what it takes once it is read; and what is live goes on past it.
 */
const HISTORY_BYTES = 1024 * 1024;

export function createIngest(deps: IngestDeps): Take {
  const { count, letters, malformed } = deps.keeping;
  const handle = createHandler(deps);
  const history = createGate(HISTORY_BYTES);
  const layAside = async (
    { address, topic, payload }: FieldMessage,
    { device, reason, readings }: Omit<Broken, 'kind'>,
  ) => {
    const of = await saidBy(deps.field, { ...nodeOf(address), device });
    await letters.bury([{ topic, reason, payload, of, readings }]);
    if (of) malformed.note(of, reason);
  };
  const take = async (message: FieldMessage) => {
    let isWhole = true;
    try {
      for (const news of message.address.read(message.payload)) {
        if (news.kind !== 'broken') await handle(message, news);
        else {
          isWhole = false;
          await layAside(message, news);
        }
      }
    } catch (error) {
      if (!(error instanceof PolisError) || error.code !== 'invalid') throw error;
      isWhole = false;
      await layAside(message, { device: message.address.device, reason: error.message, readings: 1 });
    }
    count(isWhole ? 'accepted' : 'malformed');
  };
  return (message) => {
    count('received');
    const { address, payload } = message;
    return address.isHistory ? history.through(payload.length, () => take(message)) : take(message);
  };
}

/** Whose a message is that cannot be understood: the device's where the node may speak for it, else the node's. */
async function saidBy(
  field: Field,
  { site, node, device }: Pick<Address, 'site' | 'node' | 'device'>,
): Promise<DeviceRef | null> {
  const { directory } = field;
  await directory.lookUp(site, [{ device: node }, { device: device ?? node }]);
  if (device !== null && !('refused' in typeFor(field, { site, node }, device))) return { site, device };
  return directory.isKnown(site, node) ? { site, device: node } : null;
}

type Sequence = NonNullable<Extract<News, { kind: 'points' }>['sequence']>;

/** Handles one piece of news of a message, as far as it could be read. It knows no dialect. */
function createHandler({ field, births, measurements, commands, keeping }: IngestDeps) {
  const { count, letters } = keeping;

  const askRebirth = async (node: NodeRef) => {
    if (!field.sequences.mayAsk(node)) return;
    field.received.count(refOf(node), 'rebirths');
    try {
      await commands.askRebirth(node);
    } catch (error) {
      keeping.ground.log.warn({ ...node, error: messageOf(error) }, 'A node could not be asked for its births.');
    }
  };
  const measured = async (message: FieldMessage, news: Extract<News, { kind: 'points' }>) => {
    const { dialect, address, topic, payload } = message;
    const { points, live, sequence } = news;
    // What came with a birth, or right after it, is of the device that is being born.
    const arriving = births.underWay(address);
    if (arriving) await arriving;
    const unused = await measurements.take(address, points, live);
    if (unused.length > 0) await letters.bury([letterOf({ topic, payload, of: refOf(address) }, unused)]);
    if (live) field.presence.heard(address, dialect);
    if (sequence !== null && hasGap(field, address, sequence)) void askRebirth(address);
  };
  const happened = async (of: Target, event: FieldEvent) => {
    const refused = refusalOf(field, of, of.device);
    if (refused !== null) throw new PolisError('invalid', `${of.device} ${refused}`);
    const at = keeping.ground.clock.now();
    if (!(await keeping.records.run(noteEvent, eventRow(of, event, at)))) return;
    const { id, code, text, active } = event;
    const about = { site: of.site, device: of.device, event: id, code, severity: String(event.sev), text, active };
    count('events');
    keeping.publish({ kind: 'device-event', at, ...about });
  };

  return (message: FieldMessage, news: Exclude<News, Broken>): Promise<void> | void => {
    const node = nodeOf(message.address);
    switch (news.kind) {
      case 'state':
        if (news.online) field.sequences.restart(node);
        return field.presence.told(node, news, message.dialect);
      case 'birth':
        return births.take({ ...node, device: news.device }, news.birth);
      case 'removal':
        return births.removed({ ...node, device: news.device });
      case 'points':
        return measured(message, news);
      case 'event':
        return happened({ ...node, device: news.device }, news.event);
      case 'ack':
        if (!commands.answered({ ...node, device: news.device }, news.ack)) count('lateAcks');
    }
  };
}

/** Whether something is missing before a message, as its number says; a message that came before is counted as that. */
function hasGap({ directory, sequences, received }: Field, from: NodeRef, { of, number }: Sequence): boolean {
  // A device that nobody knows has no sequence: a node cannot fill memory with names.
  if (of !== null && directory.typeOf(from.site, of) === undefined) return false;
  const step = sequences.take({ ...nodeOf(from), device: of }, number);
  const counting = of === null ? refOf(from) : { site: from.site, device: of };
  if (step === 'again') received.count(counting, 'repeated');
  if (step === 'gap') received.count(counting, 'gaps');
  return step === 'gap';
}

function nodeOf({ site, node }: NodeRef): NodeRef {
  return { site, node };
}

function refOf({ site, node }: NodeRef): DeviceRef {
  return { site, device: node };
}

function eventRow({ site, device }: Target, { id, ts, code, sev, text, active }: FieldEvent, receivedAt: Millis) {
  return { site, device, id, ts, received_at: receivedAt, code, severity: String(sev), text, active: active ? 1 : 0 };
}
