import { describe, expect, it } from 'vitest';
import { figure } from './format.ts';
import { FIGURE_GROUPS, LABELS } from './labels.ts';
import { ALLOWED_SPECIMEN, PASSED_SPECIMEN, SPECIMEN } from './specimen.ts';
import { summary } from './summary.ts';
import { widthOf } from './terminal.ts';

const manner = { columns: 100, unicode: true, colour: false };
const files = [{ path: 'runs/blackout-42/report.html', about: 'to read' }];
const text = summary(SPECIMEN, files, manner);
const flat = (of: string) => of.replaceAll(/\s+/g, ' ');

describe('The table at the end', () => {
  it('says what ran against what', () => {
    for (const part of [
      'Blackout',
      'http://127.0.0.1:8080, version 0.1.0',
      '5,000 chargers',
      '29,871 devices',
      '42;',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('shows every figure by words, with its value and unit', () => {
    for (const name of FIGURE_GROUPS.flatMap(({ figures }) => figures)) {
      const row = text.split('\n').find((line) => line.trim().startsWith(`${LABELS[name]} `));
      expect(row?.trimEnd().endsWith(` ${figure(name, SPECIMEN.figures[name])}`), name).toBe(true);
    }
  });

  it('names the columns by their stages, also where they are narrow', () => {
    const many = Array.from({ length: 9 }, (_, n) => ({ ...SPECIMEN.stages[0], name: `stage number ${n}` }));
    const stages = many.flatMap(({ name, fromS = 0, toS = 0, figures }) =>
      figures ? [{ name, fromS, toS, figures }] : [],
    );
    const found = summary({ ...SPECIMEN, stages }, files, manner);
    for (let n = 0; n < 9; n++) expect(found).toMatch(new RegExp(`number ${n}\\b`));
    expect(found).toContain('whole run');
  });

  it.each([
    [60, true],
    [80, false],
    [100, true],
  ])('is at most %d columns wide', (columns, unicode) => {
    const lines = summary(SPECIMEN, files, { ...manner, columns, unicode }).split('\n');
    expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
  });

  it('marks what held and what did not', () => {
    expect(text).toContain('✗ All chargers back after the last cut: 14.6 s, expected at most 12 s');
    expect(text).toContain('✓ All chargers back after the last cut: 5.8 s, expected at most 7 s');
  });

  it('marks differences as good where the scenario allows for them, and shows them', () => {
    const allowed = flat(summary(ALLOWED_SPECIMEN, files, manner));
    expect(allowed).toMatch(/✓ 1,247 sessions, .*: 2 differences Session missing: polis-0042-1/);
    expect(allowed).not.toContain('✗');
  });

  it('is ASCII where the terminal has no other letters', () => {
    const plain = summary(SPECIMEN, files, { ...manner, unicode: false });
    expect(plain).toMatch(/^[ -~\n]*$/);
    expect(plain).toContain('FAILED All chargers back after the last cut: 14.6 s');
    expect(plain).toContain('Walder & Sohne');
  });

  it('tells what was compared, and the first differences', () => {
    expect(flat(text)).toContain(
      '1,204,116 measured points, 29,871 devices, 812 EVSEs, 12 possible alarms: 2 differences',
    );
    expect(flat(text)).toContain('Energy: polis-0977-2 EVSE 1: the register stood at 1,204,551 Wh');
    expect(flat(summary(PASSED_SPECIMEN, files, manner))).toMatch(/✓ 1,247 sessions, .* no difference/);
    expect(summary({ ...SPECIMEN, verification: null }, files, manner)).toContain('Not checked');
  });

  it('ends with where the reports lie, and the verdict', () => {
    expect(text).toContain('runs/blackout-42/report.html  to read');
    expect(text.trimEnd().split('\n\n').at(-1)).toMatch(/^Failed: /);
    expect(summary(PASSED_SPECIMEN, files, manner).trimEnd().split('\n\n').at(-1)).toMatch(/^Passed: /);
  });

  it('lets no stranger steer the terminal', () => {
    const errors = [{ text: 'boom\u001B[2J\u0007\u202E', count: 1, peer: 'p\r' }];
    expect(summary({ ...SPECIMEN, errors }, files, manner)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});
