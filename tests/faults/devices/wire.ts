import { connect, type Socket } from 'node:net';
import { generate, parser, type IConnectPacket, type Packet } from 'mqtt-packet';

/** How a device signs in; what is absent is as a well-behaved one has it. */
export interface SignIn {
  port: number;
  user: string;
  password: string;
  clientId?: string;
  /** False: its session outlives the connection. */
  clean?: boolean;
  will?: IConnectPacket['will'];
  keepaliveS?: number;
}

/** A device at the level of packets and bytes: it may say whatever it likes, in whatever order. */
export interface Wire {
  socket: Socket;
  /** CONNACK's return code; null: the connection ended without. */
  readonly connack: Promise<number | null>;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
  isClosed(): boolean;
  /** All PUBLISH packets that came. */
  heard: { topic: string; payload: string }[];
  send(packet: Packet): void;
  /** Says something with QoS 1; resolves true at its PUBACK, false when the connection ends before. */
  say(
    topic: string,
    payload: string | Buffer,
    flags?: { retain?: boolean; dup?: boolean; messageId?: number },
  ): Promise<boolean>;
  /** The return code of SUBACK (128: refused); null: the connection ended without. */
  subscribe(filter: string): Promise<number | null>;
  /** Ends it as a cut cable does. */
  cut(): void;
}

/** Opens a connection and says nothing. */
export function openSocket(port: number): Wire {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  socket.on('error', () => undefined); // a reset is one way of being turned away
  const answers = new Map<string, (code: number) => void>();
  const heard: Wire['heard'] = [];
  const reading = parser();
  let open = true;
  const closed = new Promise<void>((resolve) => socket.once('close', () => ((open = false), resolve())));
  const answer = (to: string): Promise<number | null> =>
    Promise.race([new Promise<number>((resolve) => answers.set(to, resolve)), closed.then(() => null)]).finally(() =>
      answers.delete(to),
    );
  const send = (packet: Packet) => void (open && socket.write(generate(packet)));
  reading.on('packet', (packet) => {
    if (packet.cmd === 'connack') answers.get('connack')?.(packet.returnCode ?? 0);
    if (packet.cmd === 'puback') answers.get(`puback ${packet.messageId}`)?.(0);
    if (packet.cmd === 'suback') answers.get(`suback ${packet.messageId}`)?.(Number(packet.granted[0]));
    if (packet.cmd !== 'publish') return;
    heard.push({ topic: packet.topic, payload: String(packet.payload) });
    if (packet.qos === 1 && packet.messageId !== undefined) send({ cmd: 'puback', messageId: packet.messageId });
  });
  socket.on('data', (data: Buffer) => void reading.parse(data));
  const connack = answer('connack');
  let last = 0;
  const nextId = () => (last = (last % 65_535) + 1);

  return {
    socket,
    connack,
    closed,
    isClosed: () => !open,
    heard,
    send,
    async say(topic, payload, { retain = false, dup = false, messageId = nextId() } = {}) {
      const acknowledged = answer(`puback ${messageId}`);
      send({ cmd: 'publish', topic, payload, qos: 1, retain, dup, messageId });
      return (await acknowledged) !== null;
    },
    async subscribe(filter) {
      const messageId = nextId();
      const granted = answer(`suback ${messageId}`);
      send({ cmd: 'subscribe', messageId, subscriptions: [{ topic: filter, qos: 1 }] });
      return granted;
    },
    cut: () => void socket.resetAndDestroy(),
  };
}

export function connectPacket(signIn: Omit<SignIn, 'port'>): IConnectPacket {
  const { user, password, clientId = 'wire', clean = true, will, keepaliveS = 0 } = signIn;
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId,
    clean,
    keepalive: keepaliveS,
    username: user,
    password: Buffer.from(password),
    ...(will ? { will } : {}),
  };
}

/** Opens a connection and signs in; see `connack` for what comes of it. */
export function openWire({ port, ...signIn }: SignIn): Wire {
  const wire = openSocket(port);
  wire.send(connectPacket(signIn));
  return wire;
}
