import { systemClock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import { ahead } from '../run/ahead.ts';
import { futile } from '../run/futile.ts';
import { BUILT_IN } from '../scenario/built-in.ts';
import { formatDuration } from '../scenario/duration.ts';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';
import { scenarioSchema } from '../scenario/language.ts';
import { loadScenario } from '../scenario/load.ts';
import { lengthOf, type Scenario } from '../scenario/scenario.ts';
import { type Command, onlyOne, PASSED, read, say, table, wrongUsage } from './command.ts';

/** The option that overrides variables of a scenario; `settings` reads it. */
export const SET_OPTION = { set: { type: 'string', multiple: true } } as const;

/** Values of variables from `--set name=value`, given any number of times. */
export function settings(given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw wrongUsage(`--set is "${text}"; NAME=VALUE is expected.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

export const schema: Command = {
  about: 'print the JSON Schema of scenarios, for editors',
  usage: `polisgrid sim schema
Prints the JSON Schema (draft 7) of scenario files. An editor that knows YAML completes and checks them with it:
put "# yaml-language-server: $schema=scenario.schema.json" on the first line of a scenario.`,
  run(words) {
    nothingMore(read(words, {}).positionals);
    say(JSON.stringify(scenarioJsonSchema(scenarioSchema), null, 2));
    return Promise.resolve(PASSED);
  },
};

export const scenarios: Command = {
  about: 'list the built-in scenarios',
  usage: `polisgrid sim scenarios
Lists the scenarios that "polisgrid sim run NAME" runs by their names.`,
  run(words) {
    nothingMore(read(words, {}).positionals);
    const rows = BUILT_IN.map((name) => rowOf(loadScenario(name)));
    say(table([['name', 'title', 'sites', 'simulated', 'takes'], ...rows]));
    say('\n"polisgrid sim run NAME" runs one, and with --set sites=20 on a small estate.');
    return Promise.resolve(PASSED);
  },
};

export const check: Command = {
  about: 'say whether a scenario is well-formed, or all that is wrong',
  usage: `polisgrid sim check FILE|NAME [--set NAME=VALUE]...
Reads a scenario and all that it includes, without running it. Each mistake is a line with file, line and column.
--set overrides a variable. Exit code 0: it is well-formed; 2: it is not.`,
  run(words) {
    const { values, positionals } = read(words, SET_OPTION);
    const file = onlyOne(positionals, 'scenario');
    const look = (scenario: Scenario) => [...futile(scenario), ...ahead(scenario, systemClock.now())];
    const scenario = loadScenario(file, { set: settings(values.set), look });
    const { title, estate, stages } = scenario;
    say(`${file} is well-formed.\n`);
    say(`${title}: ${countOf(estate)}, ${simulated(scenario)} of simulated time in ${real(scenario)}.\n`);
    const rows = stages.map(({ name, forMs, faults, orders }) => [
      name,
      formatDuration(forMs),
      [...faults.map(({ fault }) => fault), ...orders.map(({ command }) => `order ${String(command['command'])}`)].join(
        ', ',
      ),
    ]);
    say(table([['stage', 'lasts', 'what happens'], ...rows]));
    return Promise.resolve(PASSED);
  },
};

function countOf({ sites, chargers }: Scenario['estate']): string {
  const ofSites = sites === 1 ? '1 site' : `${sites} sites`;
  return chargers === null ? ofSites : `${ofSites}, ${chargers} chargers`;
}

function rowOf(scenario: Scenario): string[] {
  const { name, title, estate } = scenario;
  return [name, title, String(estate.sites), simulated(scenario), real(scenario)];
}

function simulated(scenario: Scenario): string {
  return formatDuration(lengthOf(scenario));
}

/** To the second: what is left over tells nobody anything. */
function real(scenario: Scenario): string {
  return formatDuration(Math.ceil(lengthOf(scenario) / scenario.speed / SECOND) * SECOND);
}

function nothingMore(words: readonly string[]): void {
  if (words.length > 0) throw wrongUsage(`"${words.join(' ')}" is not understood.`);
}
