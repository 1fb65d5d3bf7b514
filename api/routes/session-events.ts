import { z } from 'zod';
import { messageOf, PolisError } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import type { Desk, Routes } from '../desk.ts';
import { eventStreamView, type EventStream } from '../event-stream.ts';
import { sessionId } from '../fields.ts';
import { isOver, viewSession } from '../views/session.ts';

/** How often a session that has not begun is looked at: no fact tells that it never will. */
const LOOK_AGAIN_MS = 2 * SECOND;

export const sessionEvents: Routes = (app, desk) => {
  app.get(
    '/v1/sessions/:id/events',
    {
      exposeHeadRoute: false,
      config: { access: 'viewer', sessionKey: true },
      schema: {
        tags: ['sessions'],
        summary: 'Follow a session: its state now, then each change, until it is over',
        params: z.strictObject({ id: sessionId }),
        response: { 200: eventStreamView('`event: session`, data: Session') },
      },
    },
    async ({ params: { id } }, reply) => {
      const session = await desk.parts.charging.session(id);
      if (!session) throw new PolisError('not-found', `There is no session ${id}.`);
      follow(desk, id, desk.streams.open(reply));
      return reply;
    },
  );
};

/** Sends the session whenever it is not what was sent before. */
function follow({ parts, facts, ground }: Desk, id: string, stream: EventStream): void {
  let sent = '';
  let isLooking = false;
  let lookAgain = false;

  const look = async () => {
    const session = await parts.charging.session(id);
    if (!session) return;
    const data = JSON.stringify(viewSession(session));
    if (data !== sent) stream.send({ name: 'session', data, id: ground.clock.now() });
    sent = data;
    if (isOver(session)) stream.end();
  };
  const changed = () => {
    lookAgain = true;
    if (isLooking) return;
    isLooking = true;
    void (async () => {
      try {
        while (lookAgain) {
          lookAgain = false;
          await look();
        }
      } catch (error) {
        // The reader comes again by itself, and then begins with the state as it is.
        ground.log.warn({ session: id, error: messageOf(error) }, 'A session could not be followed any further.');
        stream.end();
      } finally {
        isLooking = false;
      }
    })();
  };

  const stops = [
    facts.listen((fact) => {
      if ('session' in fact && fact.session === id) changed();
    }),
    ground.clock.every(LOOK_AGAIN_MS, changed),
  ];
  stream.onClose(() => stops.forEach((stop) => stop()));
  changed();
}
