import { HOUR, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { VISITORS } from '../site-kinds.ts';
import { durationFrom, numberFrom, wholeFrom } from './fields.ts';
import type { WrittenScenario } from './scenario.ts';
import { createStagesSchema, expectations, type FaultWords } from './stage-schema.ts';
import { startText } from './start.ts';

const MOST_SITES = 7000;
const MOST_CHARGERS_AT_A_SITE = 6;
const WEATHER = 'drawn, clear or a file of an hourly weather year is expected, as in turin.csv';

const estate = z
  .strictObject({
    sites: wholeFrom(1, MOST_SITES).describe('Municipalities; 2100 is the whole estate.'),
    chargers: wholeFrom(1, MOST_SITES * MOST_CHARGERS_AT_A_SITE)
      .optional()
      .describe('Charging stations; without it in proportion to the sites: 5000 at 2100.'),
    devices: z
      .boolean()
      .default(true)
      .describe('Whether gateways with their devices stand at the sites; false: chargers only.'),
    grid: z
      .enum(['unlimited', 'as-built'])
      .default('unlimited')
      .describe(
        'unlimited: no car is limited, so what happens does not depend on the platform; as-built: grid connections limit.',
      ),
    weather: z
      .string({ error: WEATHER })
      .regex(/^(drawn|clear|.+\.csv)$/, { error: WEATHER })
      .default('drawn')
      .describe(
        'drawn: clouds and air by region, by the seed; clear: no clouds; FILE.csv beside this file: a typical year of PVGIS or the weather of an hourly PVWatts file, at the same solar time at all sites.',
      ),
  })
  .superRefine(({ sites, chargers }, context) => {
    if (chargers === undefined || (chargers >= sites && chargers <= sites * MOST_CHARGERS_AT_A_SITE)) return;
    const range = `${sites} to ${sites * MOST_CHARGERS_AT_A_SITE}`;
    context.addIssue({ code: 'custom', path: ['chargers'], message: `one to six at each site are expected: ${range}` });
  })
  .describe('What stands in the field; the seed draws where and what.');

const fleet = z
  .strictObject({
    drivers: z.boolean().default(true).describe('Whether drivers come by themselves.'),
    arrivals: numberFrom(0, 100).default(1).describe('How many times as many drivers come as in life.'),
    visitors: z
      .enum(VISITORS)
      .default('town')
      .describe(
        'town: errands by day, some overnight, as we think of small towns; measured: arrivals, stays and energies of a campus, a laboratory or an office, one of the three at each site. Fast chargers: our own assumption.',
      ),
    plugged: numberFrom(0, 1).default(0).describe('Share of EVSEs at which a car charges from the start, 0 to 1.'),
    connections: z
      .enum(['gateways', 'devices'])
      .default('gateways')
      .describe(
        'gateways: one at each site speaks for all its devices; devices: there are none, each device has a connection of its own.',
      ),
    meterValues: durationFrom(SECOND, 24 * HOUR)
      .prefault('60s')
      .describe('How often chargers send meter values while a car charges.'),
    readings: durationFrom(SECOND, 24 * HOUR)
      .prefault('60s')
      .describe('How often gateways read their devices.'),
    manners: z
      .enum(['as-built', 'plain'])
      .default('as-built')
      .describe('as-built: three vendors with their bad habits; plain: all chargers behave.'),
  })
  .prefault({})
  .describe('How chargers, gateways and drivers behave.');

/** A scenario as it is written, with faults of a list: YAML with variables put in and includes joined. */
export function createScenarioSchema(faults: readonly FaultWords[]) {
  return z
    .strictObject({
      title: z.string().min(1).optional().describe('In a few words; without it the name of the file.'),
      about: z.string().default('').describe('What happens, and what it is for: a sentence or two.'),
      variables: z
        .record(
          z.string(),
          z.union([z.number(), z.string(), z.boolean()], { error: 'a number, a text, true or false is expected' }),
        )
        .optional()
        .describe('Values that ${name} stands for in any other value; --set name=value overrides them.'),
      include: z
        .array(z.string().min(1))
        .optional()
        .describe(
          'Scenarios to begin with: files beside this one, or built-in ones. What stands here wins; stages follow theirs.',
        ),
      seed: z
        .union([z.string().min(1), z.number()], { error: 'a text or a number is expected' })
        .transform(String)
        .prefault('1')
        .describe('The same seed gives the same estate and the same chance; --seed overrides it.'),
      estate,
      fleet,
      start: startText
        .prefault('yesterday 07:30')
        .describe(
          'When the simulated time begins: now, yesterday 07:30, last saturday 09:00, last 15 january 06:30 (in Rome), or RFC 3339.',
        ),
      step: durationFrom(100, HOUR).prefault('1s').describe('Simulated time that passes at once.'),
      speed: numberFrom(0.1, 1000)
        .default(1)
        .describe('Simulated time over real time, as far as the target keeps up; --speed overrides it.'),
      drain: durationFrom(0, HOUR)
        .prefault('60s')
        .describe('Real time to wait at the end for what chargers and gateways have queued.'),
      stages: createStagesSchema(faults).describe('What happens, one after the other.'),
      expect: expectations.describe('What is expected of the figures of the whole run.'),
    })
    .transform(
      ({
        title = '',
        fleet: { meterValues: meterValuesMs, readings: readingsMs, ...manners },
        ...given
      }): WrittenScenario => ({
        title,
        about: given.about,
        seed: given.seed,
        estate: { ...given.estate, chargers: given.estate.chargers ?? null },
        fleet: { ...manners, meterValuesMs, readingsMs },
        start: given.start,
        stepMs: given.step,
        speed: given.speed,
        drainMs: given.drain,
        stages: given.stages,
        expect: given.expect,
      }),
    );
}

export type ScenarioSchema = ReturnType<typeof createScenarioSchema>;
