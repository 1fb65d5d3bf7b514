import { PolisError } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import { readMessage, type Message } from '../ocpp-frame.ts';
import { answerDifference, type FieldDifference } from './answer-difference.ts';
import { ANSWER_WITHIN_MS, linger, type Role, type Stage } from './peer-play.ts';
import { openReplaySocket, type ReplaySocket } from './socket.ts';
import type { Placed } from './trace-file.ts';
import type { PeerLine } from './trace.ts';

type Frame = Extract<PeerLine, { kind: 'frame' }>;
type Call = Extract<Message, { kind: 'call' }>;

export interface ChargerRole extends Role {
  /** What the charger answered the nth time that it was asked this, from 0; null: it never was. */
  recordedAnswer(action: string, nth: number): Promise<Message | null>;
}

/** What the charger said, and what this platform answered. */
interface Said {
  action: string;
  asked: unknown;
  answer: Message | null;
}

/** For an answer to what was no proper call: it comes at once or not at all. */
const STRAY_WITHIN_MS = 2 * SECOND;
const NO_CALL = 'no proper call';

/**
 * Plays what one charger sent, in order, each call after the answer to the one before (OCPP-J 1.6 §4.1.1), over as many
 * connections as it had. Transaction ids that the recorded platform gave are replaced by those that this one gives. What
 * the platform asks is answered as the charger answered that action when it was recorded, or else accepted.
 *
 * @throws PolisError `unavailable` when nothing answers where chargers connect.
 */
export async function replayCharger(
  stage: Stage,
  role: ChargerRole,
  lines: AsyncIterable<Placed<PeerLine>>,
): Promise<void> {
  const connection = createConnection(stage, role);
  const dialogue = createDialogue(stage, role, connection);
  try {
    for await (const place of lines) {
      const { line } = place;
      if (stage.signal.aborted) break;
      if (line.kind === 'link') await connection.follow(line);
      if (line.kind !== 'frame') continue;
      const message = readMessage(line.frame);
      const isAnswer = message.kind === 'result' || message.kind === 'error';
      if (line.direction === 'out') {
        if (isAnswer) await dialogue.hear(message, place);
      } else if (!isAnswer) {
        await stage.pace(Date.parse(line.at));
        const socket = await connection.need(line, place);
        if (!socket) break;
        await dialogue.say(socket, line, message);
      }
    }
    if (connection.current()) await linger(stage, role);
  } finally {
    await connection.end('close');
  }
}

/** What a charger says, and how the answers to it compare with the recorded ones. */
function createDialogue(stage: Stage, role: ChargerRole, connection: Connection) {
  const open = new Map<string, Said>();
  const transactions = new Map<unknown, unknown>();
  /** Of what was no proper call, which may be answered too. */
  let improper = 0;

  const stray = async (id: string): Promise<Said | null> => {
    if (improper === 0) return null;
    improper--;
    const answer = (await connection.current()?.answerTo(id, STRAY_WITHIN_MS)) ?? null;
    return { action: NO_CALL, asked: null, answer };
  };
  return {
    /** Says it, and waits for the answer. */
    async say(socket: ReplaySocket, { frame, binary }: Frame, message: Message) {
      stage.findings.sent();
      if (message.kind !== 'call') {
        improper++;
        return socket.send(binary ? Buffer.from(frame, 'base64') : frame);
      }
      const { id, action } = message;
      const payload = stage.shift.ocpp(withOwnTransaction(message.payload, transactions));
      socket.send(JSON.stringify([2, id, action, payload]));
      const answer = await socket.answerTo(id, ANSWER_WITHIN_MS);
      if (answer === null) await connection.end('cut');
      open.set(id, { action, asked: payload, answer });
    },
    /** Compares a recorded answer with the one that came. */
    async hear(recorded: Extract<Message, { kind: 'result' | 'error' }>, place: Placed<PeerLine>) {
      const said = open.get(recorded.id) ?? (await stray(recorded.id));
      if (!said) return;
      open.delete(recorded.id);
      const fields = answerDifference(said.action, recorded, said.answer);
      if (fields.length > 0) tell(stage, role, { place, call: said.action, asked: said.asked, fields });
      learnTransaction(transactions, recorded, said.answer);
    },
  };
}

type Connection = ReturnType<typeof createConnection>;

/** The connection of one charger, made when it is needed. */
function createConnection(stage: Stage, role: ChargerRole) {
  let socket: ReplaySocket | null = null;
  let number: number | null = null;

  const end = async (how: 'close' | 'cut') => {
    const ending = socket;
    socket = null;
    await ending?.close(how);
  };
  const answer = async ({ id, action }: Call): Promise<string> => {
    const nth = stage.findings.timesAsked(role.peer).get(action) ?? 0;
    stage.findings.asked(role.peer, action);
    const recorded = await role.recordedAnswer(action, nth);
    if (recorded?.kind === 'error') return JSON.stringify([4, id, recorded.code, recorded.description, {}]);
    const payload = recorded?.kind === 'result' ? recorded.payload : { status: 'Accepted' };
    return JSON.stringify([3, id, stage.shift.ocpp(payload)]);
  };
  return {
    current: () => socket,
    end,
    /** Ends as the recorded connection did; the next begins with what is said next. */
    async follow({ event, connection, clean = false }: Extract<PeerLine, { kind: 'link' }>) {
      if (event === 'opened') {
        if (number !== null && number !== connection) await end('cut');
        number = connection;
      } else if (event === 'closed' && connection === number) {
        await end(clean ? 'close' : 'cut');
      }
    },
    /** A connection for a frame; null when the platform refuses it, which is told. */
    async need({ protocol }: Frame, place: Placed<PeerLine>): Promise<ReplaySocket | null> {
      if (socket?.protocol === protocol && socket.isOpen()) return socket;
      await end('close');
      const release = await stage.slots.take();
      try {
        socket = await openReplaySocket({ ...role, protocol, clock: stage.clock, answer });
        return socket;
      } catch (error) {
        if (!(error instanceof PolisError) || error.code !== 'forbidden') throw error;
        const fields = [{ field: '', recorded: 'accepted', got: error.message }];
        tell(stage, role, { place, call: 'handshake', asked: null, fields });
        return null;
      } finally {
        release();
      }
    },
  };
}

function tell(
  { findings }: Stage,
  { peer }: Role,
  found: { place: Placed<PeerLine>; call: string; asked: unknown; fields: FieldDifference[] },
): void {
  const { place, ...rest } = found;
  findings.differs({ peer, line: place.number, at: place.line.at, ...rest });
}

/** With the transaction id of this platform where a 1.6 charger names one that it was given. */
function withOwnTransaction(
  payload: Record<string, unknown>,
  transactions: ReadonlyMap<unknown, unknown>,
): Record<string, unknown> {
  const own = transactions.get(payload['transactionId']);
  return own === undefined ? payload : { ...payload, transactionId: own };
}

function learnTransaction(transactions: Map<unknown, unknown>, recorded: Message, answer: Message | null): void {
  if (recorded.kind !== 'result' || answer?.kind !== 'result' || !('transactionId' in recorded.payload)) return;
  transactions.set(recorded.payload['transactionId'], answer.payload['transactionId']);
}
