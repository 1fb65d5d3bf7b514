import { PolisError, messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Records } from '#storage/records.ts';
import { createBirths } from './births.ts';
import type { Commands } from './commands.ts';
import type { Count } from './counters.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { DataTopic } from './decode.ts';
import type { Field } from './field.ts';
import type { Measurements } from './measurements.ts';
import { ackPayload, eventPayload, readPayload, statePayload, type FieldEvent } from './payloads.ts';
import type { NodeRef } from './presence.ts';
import { noteEvent } from './records.ts';
import type { Topic } from './topics.ts';

/** A message from the field, its topic read and allowed. */
export interface FieldMessage {
  topic: Topic;
  /** The topic as it stood in the packet. */
  text: string;
  payload: Uint8Array;
}

/**
 * Resolves when the message may be acknowledged: what it says is kept, or it is a dead letter.
 *
 * @throws PolisError `unavailable` when it could not be kept: the sender must send it again.
 */
export type Take = (message: FieldMessage) => Promise<void>;

export interface IngestDeps {
  field: Field;
  measurements: Measurements;
  commands: Commands;
  letters: DeadLetters;
  keeping: { records: Records; ground: Ground; count: Count };
}

export function createIngest(deps: IngestDeps): Take {
  const { count } = deps.keeping;
  const handle = createHandler(deps);
  return async (message) => {
    count('received');
    try {
      await handle(message);
      count('accepted');
    } catch (error) {
      if (!(error instanceof PolisError) || error.code !== 'invalid') throw error;
      count('malformed');
      await deps.letters.bury([{ topic: message.text, reason: error.message, payload: message.payload }]);
    }
  };
}

function createHandler({ field, measurements, commands, letters, keeping }: IngestDeps) {
  const { records, ground, count } = keeping;
  const births = createBirths(field, ground.clock);

  const askRebirth = async (node: NodeRef) => {
    count('gaps');
    if (!field.sequences.mayAsk(node)) return;
    count('rebirths');
    try {
      await commands.askRebirth(node);
    } catch (error) {
      ground.log.warn({ ...node, error: messageOf(error) }, 'A node could not be asked for its births.');
    }
  };

  /** A device that nobody knows has no sequence: a node cannot fill memory with names. */
  const known = ({ site, device }: DataTopic) => device === null || field.directory.typeOf(site, device) !== undefined;

  const measured = async (topic: DataTopic, { text, payload }: FieldMessage) => {
    const { seq, refused } = await measurements.take(topic, payload);
    const [first] = refused;
    if (first) await letters.bury([{ topic: text, reason: `${first.device}: ${first.reason}`, payload }]);
    if (topic.kind === 'data') field.presence.heard(topic);
    if (seq !== null && known(topic) && field.sequences.isGap(topic, seq)) void askRebirth(topic);
  };

  const told = (node: NodeRef, payload: Uint8Array) => {
    const state = readPayload(statePayload, payload);
    if (state.online) field.sequences.restart(node);
    field.presence.told(node, state);
  };

  return async (message: FieldMessage): Promise<void> => {
    const { topic, payload } = message;
    switch (topic.kind) {
      case 'state':
        return told(topic, payload);
      case 'birth':
        return births.take(topic, payload);
      case 'data':
      case 'hist':
        return measured(topic, message);
      case 'event':
        return records.run(noteEvent, eventRow(topic, readPayload(eventPayload, payload)));
      case 'ack':
        if (!commands.answered(topic, readPayload(ackPayload, payload))) count('lateAcks');
        return;
      default: // our own commands and presence, as an external broker shows them to us
        return;
    }
  };
}

function eventRow({ site, device }: { site: string; device: string }, event: FieldEvent) {
  const { sev, active, ...rest } = event;
  return { site, device, ...rest, severity: String(sev), active: active ? 1 : 0 };
}
