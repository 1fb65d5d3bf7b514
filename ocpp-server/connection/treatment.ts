import { z } from 'zod';
import type { Clock } from '#estate/clock.ts';
import type { Ticket } from '../handshake/handshake.ts';
import { maybe, text } from '../messages/tolerant.ts';
import { mannersFor, type Manners } from '../quirks/quirks.ts';
import type { Peer } from '../wire/rpc.ts';
import { createKeepalive } from './keepalive.ts';

/** How one connected charger is treated for the sake of its quirks. */
export interface Treatment {
  manners(): Manners;
  /** It booted, and said what it is: that may tell more of its quirks than was known. */
  booted(payload: unknown): void;
  /** Resolves with true once calls may be sent to it; with false when that takes too long. */
  listens(withinMs: number): Promise<boolean>;
  stop(): void;
}

const described = z
  .object({
    chargePointVendor: maybe(text),
    chargePointModel: maybe(text),
    firmwareVersion: maybe(text),
    chargingStation: maybe(z.object({ vendorName: maybe(text), model: maybe(text), firmwareVersion: maybe(text) })),
  })
  .transform(({ chargingStation: station, ...point }) => ({
    vendor: station?.vendorName ?? point.chargePointVendor ?? null,
    model: station?.model ?? point.chargePointModel ?? null,
    firmware: station?.firmwareVersion ?? point.firmwareVersion ?? null,
  }));

export function createTreatment(peer: Peer, { traits }: Ticket, clock: Clock): Treatment {
  const keepalive = createKeepalive(peer, clock);
  const over = new AbortController();
  let waiting: PromiseWithResolvers<boolean> | null = null;
  let manners = mannersFor(traits);
  if (manners.waitsForBoot) waiting = Promise.withResolvers<boolean>();
  keepalive.set(manners.pingEveryS);
  return {
    manners: () => manners,
    booted(payload) {
      const said = described.safeParse(payload);
      if (said.success) manners = mannersFor({ ...traits, ...said.data });
      keepalive.set(manners.pingEveryS);
      waiting?.resolve(true);
      waiting = null;
    },
    listens(withinMs) {
      if (!waiting) return Promise.resolve(true);
      return Promise.race([waiting.promise, clock.sleep(withinMs, over.signal).then(() => false)]);
    },
    stop() {
      keepalive.stop();
      over.abort();
    },
  };
}
