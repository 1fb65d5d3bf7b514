import { isDeepStrictEqual } from 'node:util';
import type { Charging, Order, Said } from '#charging/index.ts';
import type { Cancel } from '#estate/clock.ts';
import type { CommandResult } from '#estate/command.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import { DAY, MINUTE, type Millis } from '#estate/units.ts';
import { payloadWithoutSecrets } from '../wire/without-secrets.ts';

/** What is ordered, by whom, and until when it may wait for a charger that is not connected. */
export interface OrderRequest {
  said: Said;
  by: string;
  until?: Millis | undefined;
}

/** Orders of people: on record, and kept for chargers that are not connected. */
export interface OrderBook {
  /** From now on, what waits is looked through now and then. */
  start(): Promise<void>;
  stop(): void;
  /**
   * Gives an order. To a connected charger it goes at once, and comes back done; for another it waits, if it may.
   *
   * @throws PolisError `offline` when it may not; `invalid` or `unsupported` when the charger cannot be told that.
   */
  place(charger: DeviceId, request: OrderRequest): Promise<Order>;
  /** A charger listens: it is told what waits for it. */
  deliver(charger: DeviceId): Promise<void>;
}

export interface OrderBookDeps {
  charging: Pick<Charging, 'orders'>;
  ground: Ground;
  isConnected(charger: DeviceId): boolean;
  /** Says it to a connected charger. */
  say(charger: DeviceId, said: Said): Promise<CommandResult>;
}

const LONGEST_WAIT_MS = 30 * DAY;

export function createOrderBook(deps: OrderBookDeps): OrderBook {
  const { charging, ground } = deps;
  const { clock, log } = ground;
  const delivering = new Set<DeviceId>();
  let cancel: Cancel = () => {};

  const sweep = () =>
    charging.orders.sweep(clock.now()).catch((error: unknown) => {
      log.warn({ error: messageOf(error) }, 'The orders that wait could not be looked through.');
    });
  return {
    async start() {
      await sweep();
      cancel = clock.every(MINUTE, () => void sweep());
    },
    stop: () => cancel(),
    place: async (charger, request) => place(deps, newOrder(ground, charger, request)),
    async deliver(charger) {
      if (delivering.has(charger)) return;
      delivering.add(charger);
      try {
        await deliverAll(deps, charger);
      } catch (error) {
        log.error({ charger, error: messageOf(error) }, 'What waits for a charger could not be delivered.');
      } finally {
        delivering.delete(charger);
      }
    },
  };
}

/** An order as it is given, before anything became of it. */
function newOrder({ clock, random }: Ground, charger: DeviceId, request: OrderRequest): Order {
  const { said, by } = request;
  const until = request.until ?? null;
  const at = clock.now();
  if (until !== null && (until <= at || until > at + LONGEST_WAIT_MS)) {
    throw new PolisError('invalid', 'An order may wait until a time within the next 30 days.');
  }
  if (until !== null && !isDeepStrictEqual(payloadWithoutSecrets(said), said)) {
    throw new PolisError('invalid', 'It holds a secret, which is not kept: give it when the charger is connected.');
  }
  const id = at.toString(36).padStart(9, '0') + random.text(12);
  return { id, charger, said, by, at, until, state: 'waiting', outcome: null, response: null, doneAt: null };
}

async function place(deps: OrderBookDeps, order: Order): Promise<Order> {
  const { orders } = deps.charging;
  const connected = deps.isConnected(order.charger);
  if (!connected && order.until === null) throw offline(order);
  const shown = payloadWithoutSecrets(order.said) as Said;
  await orders.note({ ...order, said: shown, state: connected ? 'sent' : 'waiting' });
  const done = connected ? await carryOut(deps, order) : null;
  if (done) return done;
  if (order.until === null) {
    const nothing = { outcome: 'failed', response: { code: 'offline' } } as const;
    await orders.settle(order.id, nothing, deps.ground.clock.now());
    throw offline(order);
  }
  await orders.putBack(order.id);
  return order;
}

async function deliverAll(deps: OrderBookDeps, charger: DeviceId): Promise<void> {
  const { charging, ground } = deps;
  const next = () => charging.orders.take(charger, ground.clock.now());
  for (let order = await next(); order; order = await next()) {
    const { id } = order;
    const done = await carryOut(deps, order).catch((error: unknown) => {
      ground.log.warn({ charger, order: id, error: messageOf(error) }, 'An order that waited could not be given.');
      return order;
    });
    if (done === null) return charging.orders.putBack(id);
  }
}

/** Says it and keeps what came of it; null when it never left because the charger went away. */
async function carryOut(deps: OrderBookDeps, { id, charger, said }: Order): Promise<Order | null> {
  const { charging, ground } = deps;
  const settle = (result: CommandResult) => charging.orders.settle(id, result, ground.clock.now());
  try {
    return await settle(await deps.say(charger, said));
  } catch (error) {
    if (error instanceof PolisError && error.code === 'offline') return null;
    const code = error instanceof PolisError ? error.code : 'internal';
    await settle({ outcome: 'failed', response: { code, description: messageOf(error) } });
    throw error;
  }
}

function offline({ charger }: Order): PolisError {
  return new PolisError('offline', `${charger} is not connected; try again when it is, or let the order wait.`);
}
