import { basename } from 'node:path';
import { readScenario } from './include.ts';
import { createProblems } from './problems.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioSchema } from './schema.ts';
import { scenarioSchema } from './language.ts';
import type { Branch, Scalar, Tree } from './tree.ts';
import { putVariables } from './variables.ts';
import { openWeather } from './weather-file.ts';
import { expected, reportIssues, reportWrongs, type Wrong } from './wrongs.ts';

export interface LoadOptions {
  /** Values of variables, over those of the scenario. */
  set?: Readonly<Record<string, string>>;
  /** Over that of the scenario. */
  seed?: string;
  /** The language; another only to try faults that are not in the list. */
  schema?: ScenarioSchema;
  /** Looks for more that is wrong with it once it is well-formed. */
  look?: (scenario: Scenario) => Wrong[];
}

/**
 * Reads a scenario: a built-in one by its name, or a YAML file. What is wrong with it is one `invalid` error with a line
 * for each mistake: file, line, column and what was expected there.
 */
export function loadScenario(nameOrFile: string, options: LoadOptions = {}): Scenario {
  const problems = createProblems();
  const written = readScenario(nameOrFile, problems);
  if (!written) return problems.fail();
  const isWhole = problems.none();
  const tree = putVariables(written, { set: options.set ?? {}, problems });
  const result = (options.schema ?? scenarioSchema).safeParse(plain(tree), { error: expected });
  if (!result.success) reportIssues(result.error.issues, { tree, problems, isWhole });
  if (!result.success || !problems.none()) return problems.fail();
  const name = basename(nameOrFile).replace(/\.ya?ml$/, '');
  const { title, seed, estate } = result.data;
  const weather = openWeather(estate.weather, { tree, problems });
  if (weather === null) return problems.fail();
  const scenario = {
    ...result.data,
    name,
    title: title || name,
    seed: options.seed ?? seed,
    estate: { ...estate, weather },
  };
  reportWrongs(options.look?.(scenario) ?? [], { tree, problems });
  return problems.none() ? scenario : problems.fail();
}

type Plain = Scalar | Plain[] | { [key: string]: Plain };

function plain(tree: Tree | Branch): Plain {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plain);
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plain(value)]));
}
