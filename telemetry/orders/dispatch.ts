import type { CommandResult } from '#estate/command.ts';
import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import { SECOND } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import { commandId, type Commands } from '../commands/commands.ts';
import type { Target } from '../dialects/dialect.ts';
import type { Exposed } from './holds.ts';
import { PRIORITY, type DeviceOrder } from './order.ts';
import { beginOrder, noteStep, settleOrder } from './units.ts';

export interface DispatchDeps {
  records: Records;
  ground: Ground;
  commands: Commands;
  /** @throws PolisError when the device would not take these set points, or cannot be reached. */
  target: (of: { site: SiteId; device: DeviceId }, set: Record<string, number>) => Promise<Target>;
  /** Where a device is, whether or not it can be reached. */
  place: (of: { site: SiteId; device: DeviceId }) => Target;
}

/** Tells devices what orders hold of them, and notes what became of it. What resolves is committed. */
export interface Dispatch {
  send(to: Target, sending: Sending): Promise<void>;
  /** Waits for the outcome of an order that was sent before this process began. */
  await(order: DeviceOrder): Promise<void>;
  /** Tells devices what counts now that something before it has ended. */
  resume(exposed: readonly Exposed[]): Promise<void>;
  /** Lets devices return to their own set points, where nothing else counts. */
  giveBack(exposed: readonly Exposed[]): Promise<void>;
}

type Sending = Pick<DeviceOrder, 'id' | 'set' | 'priority' | 'expiresAt' | 'revertS'>;
type Held = Exposed & { below: NonNullable<Exposed['below']> };

/** So long somebody who gives an order waits for what becomes of it. */
export const ANSWER_WITHIN_MS = 10 * SECOND;

export function createDispatch(deps: DispatchDeps): Dispatch {
  const { records, commands } = deps;
  const { clock } = deps.ground;
  const repeat = createRepeat(deps);

  const settle = async (id: string, result: CommandResult) =>
    resume(await records.run(settleOrder, { id, result, at: clock.now() }));
  const send = async (to: Target, sending: Sending) => settle(sending.id, await tell(commands, to, sending));

  /** What one order holds of one device counts (again): its turn has come, or the device is told once more. */
  const resumeOrder = (id: string, metrics: readonly Held[]) => {
    const [first] = metrics;
    if (!first) return Promise.resolve();
    const { priority, until } = first.below;
    const at = clock.now();
    const set = Object.fromEntries(metrics.map(({ metric, below }) => [metric, below.value]));
    const expiresAt = Math.min(at + ANSWER_WITHIN_MS, until);
    const sending = { id, set, priority, expiresAt, revertS: (until - at) / SECOND };
    return repeat(first, sending, async (to) => {
      const waited = await records.run(beginOrder, { id, at, expiresAt });
      if (waited) await send(to, sending);
      return waited ? null : 'resumed';
    });
  };
  const resume: Dispatch['resume'] = async (exposed) => {
    const orders = Map.groupBy(exposed.filter(isHeld), ({ below }) => below.order);
    await Promise.all([...orders].map(([id, metrics]) => resumeOrder(id, metrics)));
  };

  return {
    send,
    resume,
    async await({ id, site, device, expiresAt }) {
      const result = await commands.answer(deps.place({ site, device }), { id, until: expiresAt });
      await settle(id, result.outcome === 'timed-out' ? { ...result, outcome: 'unknown' } : result);
    },
    async giveBack(exposed) {
      for (const own of exposed.filter(({ below }) => below === null)) {
        const { metric, value, order: id } = own;
        const expiresAt = clock.now() + ANSWER_WITHIN_MS;
        // The same again, for one second: after that the device is its own master.
        const sending = { id, set: { [metric]: value }, priority: PRIORITY.last, expiresAt, revertS: 1 };
        await repeat(own, sending, async () => 'returned');
      }
    },
  };
}

/** Tells a device something once more for an order that has its outcome, and notes what came of that. */
function createRepeat({ records, ground, commands, target }: DispatchDeps) {
  const { clock, random } = ground;
  const note = (id: string, what: 'resumed' | 'returned' | 'not-resumed', detail: string) =>
    records.run(noteStep, { id, at: clock.now(), what, detail });

  /** @param first is done when the device can be reached; null when there is no more to do. */
  return async (
    of: { site: SiteId; device: DeviceId },
    sending: Sending,
    first: (to: Target) => Promise<'resumed' | 'returned' | null>,
  ): Promise<void> => {
    const { id, set } = sending;
    try {
      const to = await target(of, set);
      const what = await first(to);
      if (what === null) return;
      const { outcome } = await tell(commands, to, { ...sending, id: commandId(clock.now(), random) });
      await note(id, what, outcome);
    } catch (error) {
      await note(id, 'not-resumed', messageOf(error).slice(0, 200));
    }
  };
}

function tell(commands: Commands, to: Target, { id, set, priority, expiresAt, revertS }: Sending) {
  return commands.send(to, { id, set, exp: expiresAt, prio: priority, revert: revertS });
}

function isHeld(exposed: Exposed): exposed is Held {
  return exposed.below !== null;
}
