import { DAY, HOUR } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { describeEstate } from '../estate/describe.ts';
import { createSiteField } from './field.ts';
import type { DeviceEvent } from './conditions.ts';
import { fullSite, liveSite, NO_CARS } from './specimens.ts';

const FROM = Date.UTC(2026, 0, 1);

/** All that happens at some sites in some days, read each quarter of an hour. */
function happens(days: number, seed: string): DeviceEvent[] {
  return describeEstate({ seed: 1, sites: 10 }).sites.flatMap((site) => {
    const field = createSiteField({ ...fullSite(), id: site.id }, { seed: `${seed}/${site.id}`, now: FROM });
    const events: DeviceEvent[] = [];
    for (let at = FROM; at < FROM + days * DAY; at += HOUR / 4) {
      field.read(at, NO_CARS);
      events.push(...field.news());
    }
    return events;
  });
}

describe('conditions', () => {
  const all = happens(90, 'seed');

  it('befall devices now and then, and pass', () => {
    const begun = all.filter(({ active }) => active);
    // About 25 a year at such a site: 60 in this quarter at ten of them.
    expect(begun.length).toBeGreaterThan(30);
    expect(begun.length).toBeLessThan(120);
    expect(new Set(begun.map(({ code }) => code)).size).toBeGreaterThan(4);
    for (const { device, id, since, at } of all.filter(({ active }) => !active)) {
      expect(begun.filter((each) => each.device === device && each.id === id)).toHaveLength(1);
      expect(at - since).toBeLessThanOrEqual(48 * HOUR + HOUR / 4);
    }
  });

  it('are the same for the same seed, and others for another', () => {
    expect(happens(30, 'seed')).toEqual(all.filter(({ at }) => at < FROM + 30 * DAY));
    expect(happens(30, 'other')).not.toEqual(happens(30, 'seed'));
  });

  it('are told once while they hold, also when they are forced twice', () => {
    const site = liveSite({ from: FROM });
    site.condition('leak-detector', 'leak');
    site.condition('leak-detector', 'leak');
    site.live(3600);
    site.condition('leak-detector', 'leak', false);
    site.condition('leak-detector', 'leak', false);
    const told = site.field.news().filter(({ code }) => code === 'leak');
    expect(told.map(({ active, at }) => [active, at - FROM])).toEqual([
      [true, 0],
      [false, HOUR],
    ]);
  });

  it('that nobody knows are refused with those that there are', () => {
    const site = liveSite({ from: FROM });
    expect(() => site.condition('smoke-detector', 'fire')).toThrow(
      'has no condition fire; it has smoke, detector-fault.',
    );
    expect(() => site.condition('weather', 'rain')).toThrow('has no condition rain; it has none.');
  });
});
