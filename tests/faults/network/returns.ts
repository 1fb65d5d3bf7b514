import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HOUR, MINUTE, SECOND } from '#estate/units.ts';
import type { SimulatedCharger } from '#simulators/index.ts';
import { crank } from '../../platform/crank.ts';
import type { MessageView } from '../../platform/views.ts';
import { TRUE, type Bed, type Fault } from './bed.ts';

/** How long everybody is away. */
const AWAY_MS = 4 * HOUR;

/** Has the reply to a message cut off that is stored already: what the charger says then is the same once more. */
async function unanswered(bed: Bed, { tell, isStored }: { tell: () => unknown; isStored: () => Promise<boolean> }) {
  const end = bed.impose({ latencyMs: 5 * SECOND });
  tell();
  while (!(await isStored())) await crank(bed.clock, SECOND / 2, SECOND / 2);
  bed.reset();
  end();
}

/** Of one session the replies to its start and to its end are lost. */
async function startAndStopUnanswered(bed: Bed, charger: SimulatedCharger): Promise<void> {
  const before = await bed.active();
  const hasToldAll = () => charger.isOnline() && charger.truth().queued.length === 0;
  await unanswered(bed, {
    tell: () => bed.arrive(charger),
    isStored: async () => (await bed.active()) > before,
  });
  await bed.comesAbout(hasToldAll, Boolean);
  await unanswered(bed, { tell: () => charger.unplug(1), isStored: async () => (await bed.active()) === before });
  await bed.comesAbout(hasToldAll, Boolean);
}

/** How many starts and stops the first two chargers have said more than once. */
async function saidAgain({ polisgrid, fleet }: Bed): Promise<number> {
  const said: string[] = [];
  for (const { id } of fleet.chargers.slice(0, 2)) {
    const messages = await polisgrid.admin.everything<MessageView>(`/v1/chargers/${id}/messages`);
    said.push(...messages.filter(({ direction }) => direction === 'in').flatMap(({ payload }) => startOrStop(payload)));
  }
  return said.length - new Set(said).size;
}

/** What tells a start or a stop from all others, if the payload is of one. */
function startOrStop(payload: unknown): string[] {
  const text = JSON.stringify(payload);
  return /"(meterStart|meterStop)"|"eventType":"(Started|Ended)"/.test(text) ? [text] : [];
}

/** Has somebody else hold the file of the records, so that nothing can be read or written there. */
async function withoutRecords(bed: Bed, meanwhile: () => Promise<void>): Promise<void> {
  using other = new DatabaseSync(join(bed.dataFolder, 'records.db'), { timeout: 10 * SECOND });
  other.exec('BEGIN IMMEDIATE');
  await meanwhile();
  other.exec('ROLLBACK');
}

const onlineIn = ({ fleet }: Bed) => fleet.truth().filter(({ isOnline }) => isOnline).length;
const queuedIn = ({ fleet }: Bed) => fleet.truth().reduce((sum, { queued }) => sum + queued.length, 0);

export const RETURN_FAULTS: Fault[] = [
  {
    name: 'a cut between our commit and the reply, for a start and a stop of each version',
    async observe(bed) {
      const before = await saidAgain(bed);
      for (const charger of bed.fleet.chargers.slice(0, 2)) await startAndStopUnanswered(bed, charger);
      return `${(await saidAgain(bed)) - before} are said again; ${await bed.account()}`;
    },
    expected: `4 are said again; ${TRUE}`,
  },
  {
    name: `a site ${AWAY_MS / HOUR} h away, and then what it kept`,
    async observe(bed) {
      await bed.begin();
      const end = bed.impose({ down: true });
      // Nobody gets through, so nothing has to keep up with the time that passes.
      for (let minute = 0; minute < AWAY_MS / MINUTE; minute++) await bed.clock.advance(MINUTE);
      const kept = queuedIn(bed);
      end();
      const told = await bed.account();
      bed.end();
      await bed.account();
      const asMany = kept >= (bed.fleet.size * 2 * AWAY_MS) / MINUTE ? 'each minute of it' : `${kept} messages`;
      return `${asMany} was kept; ${told}`;
    },
    expected: `each minute of it was kept; ${TRUE}`,
  },
  {
    name: 'all cut at once, and back while the records are away',
    async observe(bed) {
      await bed.begin();
      const end = bed.impose({ down: true });
      await crank(bed.clock, 5 * SECOND, SECOND);
      let online = 0;
      await withoutRecords(bed, async () => {
        end();
        await crank(bed.clock, 2 * MINUTE);
        online = onlineIn(bed);
      });
      bed.end();
      return `${online} let in meanwhile; ${await bed.account()}`;
    },
    expected: `0 let in meanwhile; ${TRUE}`,
  },
  {
    name: 'the records away for five minutes while all are connected and sessions end',
    async observe(bed) {
      await bed.begin();
      await withoutRecords(bed, async () => {
        bed.end();
        // Turned down a few times they would drop what they say: instead they are sent away, and keep it.
        await bed.comesAbout(
          () => onlineIn(bed),
          (online) => online === 0,
        );
        await crank(bed.clock, 5 * MINUTE);
      });
      return bed.account();
    },
    expected: TRUE,
  },
];
