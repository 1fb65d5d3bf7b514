import type { Protocol } from '#charging/index.ts';
import { ACTIONS } from './actions.ts';
import { commandsFor } from './commands.ts';
import { evidenceOf } from './evidence.ts';
import { EFFECTS, SEQUELS } from './handled.ts';

/** One action of one version in one direction, as the page shows it. */
export interface Row {
  protocol: Protocol;
  direction: 'from chargers' | 'to chargers';
  action: string;
  file: string | null;
  handled: string;
  commands: string;
  tests: string[];
}

const PLAIN = 'the station’s own answer is the outcome';

export function rowsOf(protocol: Protocol): Row[] {
  const { fromChargers, toChargers } = ACTIONS[protocol];
  return [
    ...fromChargers.map((action): Row => {
      const { file, tests } = evidenceOf(protocol, 'inbound', action);
      return {
        protocol,
        direction: 'from chargers',
        action,
        file,
        handled: EFFECTS[action] ?? '',
        commands: '',
        tests,
      };
    }),
    ...toChargers.map((action): Row => {
      const { file, tests } = evidenceOf(protocol, 'outbound', action);
      const commands = commandsFor(protocol, action);
      return { protocol, direction: 'to chargers', action, file, handled: SEQUELS[action] ?? PLAIN, commands, tests };
    }),
  ];
}

const TITLES: Record<Protocol, string> = {
  'ocpp1.6': 'OCPP 1.6J, with the security extension',
  'ocpp2.0.1': 'OCPP 2.0.1',
};

/** docs/conformance.md, from the sources. */
export function conformancePage(): string {
  const protocols = Object.keys(TITLES) as Protocol[];
  return [
    '# Conformance',
    '',
    'Every action of each version, in each direction: how it is handled, the domain command that says it, and the tests that name it. This page is generated from the sources by `npm run conformance`; a test fails when an action of the schemas is missing from it, or when it is out of date.',
    '',
    'Each action to chargers is also reachable raw, strictly validated: `POST /v1/chargers/{id}/ocpp/{action}`.',
    '',
    ...protocols.flatMap((protocol) => [`## ${TITLES[protocol]}`, '', ...tableOf(protocol), '']),
  ].join('\n');
}

function tableOf(protocol: Protocol): string[] {
  const rows = rowsOf(protocol);
  return (['from chargers', 'to chargers'] as const).flatMap((direction) => [
    `### ${direction === 'from chargers' ? 'From chargers' : 'To chargers'}`,
    '',
    direction === 'from chargers'
      ? '| action | handled | where | tests |'
      : '| action | handled | command | where | tests |',
    direction === 'from chargers' ? '|---|---|---|---|' : '|---|---|---|---|---|',
    ...rows.filter((row) => row.direction === direction).map(lineOf),
    '',
  ]);
}

function lineOf({ direction, action, handled, commands, file, tests }: Row): string {
  const cells = [
    action,
    handled,
    ...(direction === 'to chargers' ? [commands] : []),
    shown(file),
    tests.map(shown).join(', '),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function shown(file: string | null): string {
  return file === null ? '' : `[${file.replace('ocpp-server/', '')}](../${file})`;
}
