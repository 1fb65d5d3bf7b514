import type { z } from 'zod';
import type { Millis } from '#estate/units.ts';
import { readMessage } from '../ocpp-frame.ts';
import { commandIdOf } from './mqtt-payload.ts';
import { type Placed, readTrace } from './trace-file.ts';
import { peerOf, type PeerLine, traced, type TraceSession } from './trace.ts';

type Known<Kind extends 'site' | 'charger' | 'device' | 'token'> = Map<string, z.infer<(typeof traced)[Kind]>>;

/** Where a line stands in its file. */
export type Place = Pick<Placed, 'number' | 'offset' | 'length'>;

/** What is known of a charger or MQTT node before its lines are read again. */
export interface PeerIndex {
  over: 'ocpp' | 'mqtt';
  /** How often the recorded platform made each call, or sent something to each topic. */
  asked: Map<string, number>;
  /** What it answered to each action, or to commands on each topic, in order. */
  answers: Map<string, Place[]>;
}

/** What a trace is about: all but what was said, which is read again as it is played. */
export interface TraceIndex {
  file: string;
  estate: { sites: Known<'site'>; chargers: Known<'charger'>; devices: Known<'device'>; tokens: Known<'token'> };
  sessions: TraceSession[];
  peers: Map<string, PeerIndex>;
  /** When the first thing was said; null: nothing was. */
  firstAt: Millis | null;
  /** The number of a last line that breaks off; null: it is whole. */
  tornLine: number | null;
}

/** Reads a trace through. @throws PolisError `invalid` that names file and line, and what was expected there. */
export async function indexTrace(file: string): Promise<TraceIndex> {
  const index: TraceIndex = {
    file,
    estate: { sites: new Map(), chargers: new Map(), devices: new Map(), tokens: new Map() },
    sessions: [],
    peers: new Map(),
    firstAt: null,
    tornLine: null,
  };
  const { estate } = index;
  const note = createNotes(index.peers);
  for await (const placed of readTrace(file, (number) => (index.tornLine = number))) {
    const { line } = placed;
    if (line.kind === 'site') estate.sites.set(line.id, traced.site.parse(line));
    else if (line.kind === 'charger') estate.chargers.set(line.id, traced.charger.parse(line));
    // Behind gateways an id is unique within its site only.
    else if (line.kind === 'device') estate.devices.set(`${line.site}/${line.id}`, traced.device.parse(line));
    else if (line.kind === 'token') estate.tokens.set(line.token, traced.token.parse(line));
    else if (line.kind === 'session') index.sessions.push(line);
    else {
      index.firstAt ??= Date.parse(line.at);
      note(line, placed);
    }
  }
  return index;
}

/** Keeps, of what was said, what a peer was asked and where its answers stand. */
function createNotes(peers: TraceIndex['peers']): (line: PeerLine, place: Place) => void {
  /** What was asked under each id, and is not answered yet. */
  const open = new Map<string, string>();
  const indexOf = (name: string, over: PeerIndex['over']) => {
    const known: PeerIndex = peers.get(name) ?? { over, asked: new Map(), answers: new Map() };
    peers.set(name, known);
    return known;
  };
  const asks = (name: string, { asked }: PeerIndex, { call, id }: { call: string; id: string | null }) => {
    count(asked, call);
    if (id !== null) open.set(`${name}/${id}`, call);
  };
  const answers = (name: string, index: PeerIndex, { id, place }: { id: string | null; place: Place }) => {
    const call = open.get(`${name}/${id}`);
    if (call === undefined) return;
    open.delete(`${name}/${id}`);
    const { number, offset, length } = place;
    index.answers.set(call, [...(index.answers.get(call) ?? []), { number, offset, length }]);
  };
  return (line, place) => {
    const name = peerOf(line);
    if (line.kind === 'subscription') indexOf(name, 'mqtt');
    if (line.kind === 'packet') {
      const id = commandIdOf(line);
      if (line.direction === 'out') asks(name, indexOf(name, 'mqtt'), { call: line.topic, id });
      else answers(name, indexOf(name, 'mqtt'), { id, place });
    }
    if (line.kind !== 'frame') return;
    const index = indexOf(name, 'ocpp');
    const message = readMessage(line.frame);
    if (message.kind === 'malformed') return;
    const { id } = message;
    if (line.direction === 'out' && message.kind === 'call') asks(name, index, { call: message.action, id });
    else if (line.direction === 'in' && message.kind !== 'call') answers(name, index, { id, place });
  };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
