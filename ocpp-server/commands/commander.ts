import type { ChargerCommand, Charging } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import { PolisError } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import { DIALECTS } from '../dialects.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { joined } from './joined-results.ts';

/**
 * Gives domain commands to chargers in the words of their versions.
 *
 * @throws PolisError `offline`, or as the command cannot be said.
 */
export function createCommander(deps: { charging: Charging; fleet: Fleet; ground: Ground }) {
  const { charging, fleet, ground } = deps;
  return async (id: DeviceId, command: ChargerCommand): Promise<CommandResult> => {
    const connection = fleet.of(id);
    if (!connection) throw new PolisError('offline', `${id} is not connected; try again when it is.`);
    const { charger, protocol } = connection.ticket;
    const { limits } = connection.treatment.manners();
    const meant = await byTransaction(charging, id, command);
    const moment = { now: ground.clock.now(), random: ground.random, charger, charging, limits };
    const results: CommandResult[] = [];
    for (const call of await DIALECTS[protocol].translate(meant, moment)) results.push(await fleet.send(id, call));
    return joined(results);
  };
}

/** Who stops may name the session by our id; its charger knows it by the transaction. */
async function byTransaction(charging: Charging, charger: DeviceId, command: ChargerCommand): Promise<ChargerCommand> {
  if (command.command !== 'stop') return command;
  const session = await charging.session(command.transaction);
  if (session?.charger !== charger) return command;
  if (session.transaction !== '') return { ...command, transaction: session.transaction };
  throw new PolisError('conflict', `The session ${session.id} has not begun: there is nothing to stop.`);
}
