import { systemClock } from '#estate/clock.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { WebSocket } from 'ws';
import { type ChargerAddress, openChargerSocket } from '../charger-socket.ts';
import { beginHandshake } from '../handshake.ts';
import { createReconnect, type Reconnect } from '../reconnect.ts';
import type { Wires } from '../wires.ts';
import { isOverdue, loseCalls, receive } from './calls.ts';
import type { Station } from './station-parts.ts';
import { wireClosed, wireOpened } from './uplink.ts';

/** A charger's WebSocket, which comes back by itself after a cut. `tickLink` drives it: it keeps no timer. */
export interface Link {
  socket: WebSocket | null;
  readonly reconnect: Reconnect;
}

const CLOSE_TIMEOUT_MS = SECOND;

export function newLink(wires: Wires, station: () => Station): Link {
  return { socket: null, reconnect: createReconnect(wires, () => connect(station())) };
}

/** Connects, and again after each cut. */
export function startLink({ link }: Station): void {
  link.reconnect.start();
}

/** Closes, and stays closed until the next start. Resolves once the wire is down. */
export async function stopLink({ link }: Station): Promise<void> {
  link.reconnect.stop();
  if (link.socket) await closed(link.socket);
}

/** Closes, or cuts the wire without a word as a power failure does; connects again after the delay. */
export function restartLink({ link }: Station, how: 'close' | 'cut', delayMs: number): void {
  link.reconnect.within(delayMs);
  if (how === 'cut') link.socket?.terminate();
  else link.socket?.close(1000);
}

export function tickLink(station: Station, now: Millis): void {
  station.link.reconnect.tick(now);
  if (isOverdue(station, now)) station.link.socket?.terminate();
}

function connect(station: Station): void {
  const { link, plan, probe, ground, sender } = station;
  const mine = openChargerSocket(addressOf(station));
  const handshake = beginHandshake(probe, plan.id);
  link.socket = mine;
  mine.on('open', () => {
    handshake.opened();
    link.reconnect.opened();
    wireOpened(station);
  });
  mine.on('message', (data: Buffer) => receive(station, data.toString()));
  mine.on('error', ({ message }) => {
    handshake.failed(message);
    ground.log.debug({ charger: plan.id, message }, 'A charger could not speak.');
  });
  mine.on('close', () => {
    handshake.closed();
    link.socket = null;
    link.reconnect.closed();
    loseCalls(station);
    wireClosed(station);
    // What waited for a retry need not wait any longer.
    sender.notBefore = 0;
  });
}

/** Where it connects, with what it has to sign in with by now. */
function addressOf({ url, plan, life: { roots }, credentials }: Station): ChargerAddress {
  const { secret, certificate: chain, key } = credentials;
  const certificate = chain !== null && key !== null ? { chain, key } : undefined;
  return { url, identity: plan.id, secret, protocol: plan.protocol, roots, certificate };
}

/** Closes; who does not answer in time is cut, by real time: that of the field may stand still. */
function closed(socket: WebSocket): Promise<void> {
  const giveUp = systemClock.after(CLOSE_TIMEOUT_MS, () => socket.terminate());
  return new Promise((resolve) => {
    socket.once('close', () => {
      giveUp();
      resolve();
    });
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close(1000);
  });
}
