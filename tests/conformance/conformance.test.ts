import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Protocol } from '#charging/index.ts';
import { actionsOf } from '../../ocpp-server/wire/schemas.ts';
import { v16 } from '../../ocpp-server/v16/index.ts';
import { v201 } from '../../ocpp-server/v201/index.ts';
import { ACTIONS } from './actions.ts';
import { COMMANDS, commandsFor } from './commands.ts';
import { conformancePage, rowsOf } from './page.ts';

const DIALECTS = { 'ocpp1.6': v16, 'ocpp2.0.1': v201 };
const PROTOCOLS = Object.keys(DIALECTS) as Protocol[];

describe.each(PROTOCOLS)('%s', (protocol) => {
  const { fromChargers, toChargers } = ACTIONS[protocol];
  const dialect = DIALECTS[protocol];

  it('has the actions of the published schemas, each with its direction', () => {
    expect([...new Set([...fromChargers, ...toChargers])].toSorted()).toEqual(actionsOf(protocol));
  });

  it('takes every call of chargers, and declares each once', () => {
    expect(dialect.inbound.map(({ action }) => action).toSorted()).toEqual(fromChargers.toSorted());
  });

  it('can send every call to chargers', () => {
    expect([...dialect.outbound.keys()].toSorted()).toEqual(toChargers.toSorted());
  });

  it('has a domain command for each of them', () => {
    expect(toChargers.filter((action) => commandsFor(protocol, action) === '')).toEqual([]);
  });

  it('says the commands of the table, and no other', () => {
    const told = Object.keys(COMMANDS).filter((name) => COMMANDS[name]?.[protocol] !== undefined);
    expect([...dialect.commands].toSorted()).toEqual(told.toSorted());
  });

  it('says of each action how it is handled, and has a test that names it', () => {
    const rows = rowsOf(protocol);
    expect(rows.filter(({ file }) => file === null).map(({ action }) => action)).toEqual([]);
    expect(rows.filter(({ handled }) => handled === '').map(({ action }) => action)).toEqual([]);
    expect(rows.filter(({ tests }) => tests.length === 0).map(({ action }) => action)).toEqual([]);
  });
});

it('docs/conformance.md is up to date: run `npm run conformance`', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/conformance.md'), 'utf8')).toBe(conformancePage());
});
