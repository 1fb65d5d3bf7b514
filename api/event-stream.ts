import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Clock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';

const HEARTBEAT_MS = 15 * SECOND;
const MOST_BUFFERED_BYTES = 1024 * 1024;
const GRACE_MS = 500;

/** One reader of server-sent events (WHATWG HTML §9.2). */
export interface EventStream {
  send(event: { name: string; data: string; id?: number }): void;
  /** Ends it in order: what was sent arrives. */
  end(): void;
  /** Runs when the reader has gone, for whatever reason. */
  onClose(run: () => void): void;
}

export interface EventStreams {
  /** Answers a request with a stream of events. A reader that falls 1 MiB behind is let go: it may come back. */
  open(reply: FastifyReply): EventStream;
  /** Ends all, so that the server can stop. */
  endAll(): Promise<void>;
}

/** How a stream of events is documented. */
export const eventStreamView = (description: string) => ({
  description,
  content: { 'text/event-stream': { schema: z.string() } },
});

export function createEventStreams(clock: Clock): EventStreams {
  /** The readers that are there, with what cuts each off. */
  const open = new Map<EventStream, () => void>();
  return {
    open(reply) {
      const body = new Readable({ read: () => {} });
      let ending = false;
      const write = (text: string) => {
        if (ending || body.destroyed) return;
        if (body.readableLength > MOST_BUFFERED_BYTES) reply.raw.destroy();
        else body.push(text);
      };
      const stream: EventStream = {
        send: ({ name, data, id }) =>
          write(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`),
        end() {
          if (!ending) body.push(null);
          ending = true;
        },
        onClose: (run) => void body.once('close', run),
      };
      const stopHeartbeat = clock.every(HEARTBEAT_MS, () => write(':\n\n'));
      open.set(stream, () => reply.raw.destroy());
      stream.onClose(() => {
        stopHeartbeat();
        open.delete(stream);
      });
      write('retry: 2000\n\n');
      reply.headers({ 'content-type': 'text/event-stream', connection: 'close', 'x-accel-buffering': 'no' }).send(body);
      return stream;
    },
    async endAll() {
      for (const stream of open.keys()) stream.end();
      if (open.size > 0) await clock.sleep(GRACE_MS);
      for (const cutOff of open.values()) cutOff();
    },
  };
}
