import { describe, expect, it } from 'vitest';
import type { RunResult } from '../run/result.ts';
import { junit } from './junit.ts';
import { ALLOWED_SPECIMEN, PASSED_SPECIMEN, SPECIMEN } from './specimen.ts';

interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

const NAMES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decoded = (text: string) =>
  text.replaceAll(/&([^;]*);/g, (_, name: string) => NAMES[name] ?? `no entity ${name}`);

/** Reads XML without comments and sections; throws where it is not well-formed. */
function parse(xml: string): Element {
  const root: Element = { name: '', attributes: {}, text: '', children: [] };
  const open = [root];
  const body = xml.replace(/^<\?xml[^?]*\?>/, '');
  const token = /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)|(.)/gsy;
  for (const [, slash, name = '', attributes = '', empty, text, wrong] of body.matchAll(token)) {
    const inner = open.at(-1) ?? root;
    if (wrong !== undefined) throw new Error(`There may be no "${wrong}" here.`);
    if (text !== undefined) inner.text += decoded(text);
    else if (slash) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes ${inner.name}.`);
    } else {
      const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        decoded(value),
      ]);
      const element: Element = { name, attributes: Object.fromEntries(pairs), text: '', children: [] };
      inner.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`${open.at(-1)?.name} is not closed.`);
  const [only] = root.children;
  if (!only || root.children.length !== 1) throw new Error('One root is expected.');
  return only;
}

const report = (part: Partial<RunResult> = {}) => parse(junit({ ...SPECIMEN, ...part }));
const casesOf = (root: Element) => root.children.flatMap(({ children }) => children);
const failed = (root: Element) =>
  casesOf(root).filter(({ children }) => children.some(({ name }) => name === 'failure'));

describe('JUnit XML', () => {
  it('has a suite for each stage and one for the run, with their counts', () => {
    const root = report();
    expect(root.attributes).toMatchObject({
      name: 'blackout',
      tests: '8',
      failures: '2',
      errors: '0',
      time: '214.000',
    });
    expect(root.children.map(({ attributes }) => attributes['name'])).toEqual([
      ...SPECIMEN.stages.map(({ name }) => name),
      'whole run',
    ]);
    for (const { attributes, children } of root.children) expect(attributes['tests']).toBe(String(children.length));
    expect(root.children[1]?.attributes['timestamp']).toBe('2026-11-22T09:00:49.000Z');
    expect(root.children.at(-1)?.attributes['timestamp']).toBe('2026-11-22T09:00:00.000Z');
  });

  it('has a failure for what did not hold and for differences', () => {
    const [expectation, records] = failed(report());
    expect(expectation?.attributes['name']).toContain('at most 12 s (reconnected <= 12)');
    expect(expectation?.children[0]?.attributes['message']).toBe('14.6 s, expected at most 12 s');
    expect(records?.children[0]?.text).toContain('polis-0977-2 EVSE 1: the register stood at 1,204,551 Wh');
    expect(failed(parse(junit(PASSED_SPECIMEN)))).toEqual([]);
  });

  it('fails for a run that broke off, skips what was not checked, and loses no expectation of a stage that never began', () => {
    const root = report({ failure: 'the target went away', stages: [], verification: null });
    expect(casesOf(root)).toHaveLength(SPECIMEN.expectations.length + 2);
    expect(failed(root)[0]?.children[0]?.attributes['message']).toContain('the target went away');
    expect(root.attributes['skipped']).toBe('1');
  });

  it('has no failure for differences that the scenario allows', () => {
    const root = parse(junit(ALLOWED_SPECIMEN));
    expect(failed(root)).toEqual([]);
    expect(root.attributes['skipped']).toBe('1');
  });

  it('is well-formed whatever strangers say', () => {
    const hostile = ']]><a b="\'&\u0000\u001B\uD800\nx-->';
    const [stage] = SPECIMEN.stages;
    const root = report({
      scenario: { ...SPECIMEN.scenario, name: hostile },
      stages: stage ? [{ ...stage, name: hostile }] : [],
      verification: SPECIMEN.verification && {
        ...SPECIMEN.verification,
        differences: [{ kind: 'energy', subject: hostile, text: hostile }],
      },
    });
    expect(root.attributes['name']).toBe(']]><a b="\'&\uFFFD\uFFFD\uFFFD x-->');
    expect(failed(root).at(-1)?.children[0]?.text).toContain(']]><a b="\'&');
    expect(() => parse('<a><b></a>')).toThrow('closes');
    expect(() => parse('<a b="<"/>')).toThrow('There may be no');
  });
});
