import { CHARGING_STATION } from '#estate/device.ts';
import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Records } from '#storage/records.ts';
import { listDevices } from '#storage/registry.ts';
import type { Series } from '#storage/series.ts';
import type { Field } from './field.ts';

const MOST_ASKED_AT_ONCE = 1_000;
const MOST_DEVICES = 1_000_000;

interface RecallDeps {
  records: Records;
  series: Series;
  ground: Ground;
}

/** Fills the field with what was known of it before. Values that the series store does not hand out come as they are measured. */
export async function recall(field: Field, deps: RecallDeps): Promise<void> {
  await field.adoptedTypes.load();
  await Promise.all([field.directory.load(), field.quarantine.load()]);
  await recallLatest(field, deps);
}

async function recallLatest(field: Field, { records, series, ground }: RecallDeps): Promise<void> {
  const registered = await records.run(listDevices, { exceptType: CHARGING_STATION, limit: MOST_DEVICES });
  const born = [...field.directory.all()].map(({ site, device: id }) => ({ site, id }));
  const known = new Set([...registered, ...born].map(({ site, id }) => `${site}/${id}`));
  const ids = [...new Set([...registered, ...born].map(({ id }) => id))];
  const now = ground.clock.now();
  try {
    for (let from = 0; from < ids.length; from += MOST_ASKED_AT_ONCE) {
      const readings = await series.last(ids.slice(from, from + MOST_ASKED_AT_ONCE), now);
      field.latest.note(
        readings.filter(({ site, device }) => known.has(`${site}/${device}`)),
        { now, live: false },
      );
    }
  } catch (error) {
    ground.log.warn(
      { error: messageOf(error) },
      'The latest values could not be read; they return as they are measured.',
    );
  }
}
