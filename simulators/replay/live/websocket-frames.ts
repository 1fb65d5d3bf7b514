/** What is heard on one direction of a WebSocket. */
export interface FrameListener {
  message(data: Buffer, isBinary: boolean): void;
  /** The code of a close frame (RFC 6455 §7.4); 1005 where it has none. */
  closing(code: number): void;
  /** What came is no WebSocket frame, or too long to be kept; nothing more will be heard. */
  unreadable(): void;
}

interface Frame {
  isFinal: boolean;
  opcode: number;
  payload: Buffer;
  size: number;
}

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8 };
const NO_CODE = 1005;
const LONGEST = 16 * 1024 * 1024;

/** Reads along with the frames of a WebSocket without extensions (RFC 6455 §5.2). */
export function createFrameReader(listener: FrameListener): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let kept = 0;
  let isBinary = false;
  let isReadable = true;

  const giveUp = () => {
    isReadable = false;
    pending = Buffer.alloc(0);
    parts = [];
    listener.unreadable();
  };
  const take = ({ opcode, payload, isFinal }: Frame) => {
    if (opcode === OPCODE.close) return listener.closing(payload.length >= 2 ? payload.readUInt16BE(0) : NO_CODE);
    // Pings and pongs.
    if (opcode > OPCODE.close) return;
    if (opcode !== OPCODE.continuation) [parts, kept, isBinary] = [[], 0, opcode === OPCODE.binary];
    parts.push(payload);
    kept += payload.length;
    if (kept > LONGEST) return giveUp();
    if (!isFinal) return;
    listener.message(Buffer.concat(parts), isBinary);
    [parts, kept] = [[], 0];
  };
  return (chunk) => {
    if (!isReadable) return;
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let frame = frameAt(pending); frame !== null; frame = frameAt(pending)) {
      if (frame === 'unreadable') return giveUp();
      pending = pending.subarray(frame.size);
      take(frame);
      if (!isReadable) return;
    }
  };
}

/** The first frame of some bytes; null: it is not all there. */
function frameAt(bytes: Buffer): Frame | 'unreadable' | null {
  if (bytes.length < 2) return null;
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const opcode = first & 0x0f;
  if ((first & 0x70) !== 0 || (opcode > OPCODE.binary && opcode < OPCODE.close)) return 'unreadable';
  const isMasked = (second & 0x80) !== 0;
  const shortLength = second & 0x7f;
  const lengthBytes = shortLength === 127 ? 8 : shortLength === 126 ? 2 : 0;
  const header = 2 + lengthBytes + (isMasked ? 4 : 0);
  if (bytes.length < header) return null;
  const length =
    lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthBytes === 2 ? bytes.readUInt16BE(2) : shortLength;
  if (length > LONGEST) return 'unreadable';
  if (bytes.length < header + length) return null;
  const payload = Buffer.from(bytes.subarray(header, header + length));
  if (isMasked) unmask(payload, bytes.subarray(header - 4, header));
  return { isFinal: (first & 0x80) !== 0, opcode, payload, size: header + length };
}

function unmask(payload: Buffer, mask: Buffer): void {
  for (let at = 0; at < payload.length; at++) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
}
