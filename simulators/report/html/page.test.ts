import { describe, expect, it } from 'vitest';
import { figure } from '../format.ts';
import { FIGURE_GROUPS, LABELS } from '../labels.ts';
import { PASSED_SPECIMEN, SPECIMEN } from '../specimen.ts';
import { htmlReport } from './page.ts';
import { linearScale, logScale, spread, timeScale } from './scale.ts';

const page = htmlReport(SPECIMEN);
const textOf = (html: string) =>
  html
    .replace(/<style>.*<\/style>/s, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('The HTML report', () => {
  it('needs nothing from outside and runs nothing', () => {
    expect(page).not.toMatch(/<script|\son\w+=|@import|url\(|<iframe|<object/i);
    const references = [...page.matchAll(/(?:href|src|action|data|srcset)="([^"]*)"/g)].map(([, to]) => to);
    expect(references).toEqual(['data:,']);
    expect(page).toContain("default-src 'none'");
  });

  it('shows every figure of every stage with its unit', () => {
    const table = page.slice(page.indexOf('<table class="figures">'));
    for (const name of FIGURE_GROUPS.flatMap(({ figures }) => figures)) {
      const [, row = ''] = new RegExp(`>${RegExp.escape(LABELS[name])}</th>(.*?)</tr>`, 's').exec(table) ?? [];
      const cells = [...row.matchAll(/<td class="number">([^<]*)<\/td>/g)].map(([, cell]) => cell);
      expect(cells, name).toEqual([...SPECIMEN.stages, SPECIMEN].map(({ figures }) => figure(name, figures[name])));
    }
  });

  it('shows what did not hold, and what differs', () => {
    const text = textOf(page);
    expect(text).toContain('Failed.');
    expect(page.match(/class="broken"/g)?.length).toBeGreaterThan(1);
    expect(text).toMatch(/✗ no All chargers back after the last cut back within 10 s 14.6 s at most 12 s/);
    expect(text).toContain('polis-0977-2 EVSE 1: the register stood at 1,204,551 Wh');
  });

  it('of a run that passed shows no failure', () => {
    const passed = htmlReport(PASSED_SPECIMEN);
    expect(passed).not.toMatch(/class="broken"|✗/);
    expect(textOf(passed)).toContain('12 possible alarms: no difference');
  });

  it('escapes whatever strangers say, in texts and attributes', () => {
    const hostile = '"><img src=x onerror=alert(1)>';
    const found = htmlReport({
      ...SPECIMEN,
      scenario: { name: hostile, title: hostile, about: hostile },
      seed: hostile,
      target: { api: hostile, version: hostile },
      stages: SPECIMEN.stages.map((stage) => ({ ...stage, name: hostile })),
      faults: SPECIMEN.faults.map((fault) => ({ ...fault, text: hostile, stage: hostile })),
      errors: [{ text: hostile, count: 1, peer: hostile }],
      verification: SPECIMEN.verification && {
        ...SPECIMEN.verification,
        differences: [{ kind: 'energy', subject: hostile, text: hostile }],
      },
    });
    expect(found).not.toContain('<img');
    expect(found.split('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;').length).toBeGreaterThan(20);
    expect(page).toContain('&lt;script&gt;alert(&quot;Wälder &amp; Söhne&quot;)&lt;/script&gt;');
  });

  it('draws a chart for each thing that was measured over time, and says in words what it shows', () => {
    expect([...page.matchAll(/role="img"/g)]).toHaveLength(6);
    expect(page).toMatch(
      /aria-label="Chargers connected and cars charging\. chargers connected: from 0 to 5,000, at the end 5,000;/,
    );
    expect([...page.matchAll(/<rect\s+class="fault"/g)]).toHaveLength(6 * SPECIMEN.faults.length);
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it.each([
    ['nothing measured', { timeline: [], stages: [], faults: [], errors: [], expectations: [], verification: null }],
    ['one moment', { timeline: SPECIMEN.timeline.slice(0, 1), stages: [], faults: [] }],
    ['a fault without an end', { faults: SPECIMEN.faults.map((fault) => ({ ...fault, toS: null })) }],
    [
      'no answers',
      { timeline: SPECIMEN.timeline.map((point) => ({ ...point, p50Ms: null, p95Ms: null, p99Ms: null })) },
    ],
  ])('stands with %s', (_, part) => {
    const found = htmlReport({ ...SPECIMEN, ...part });
    expect(found).not.toMatch(/NaN|Infinity|undefined|\[object/);
    expect(found).toContain('</html>');
  });
});

describe('An axis', () => {
  it.each([
    [0, [0, 0.5, 1]],
    [1, [0, 0.5, 1]],
    [7, [0, 5, 10]],
    [412, [0, 250, 500]],
    [5000, [0, 2500, 5000]],
    [9210, [0, 5000, 10_000]],
  ])('up to %d has the ticks %j', (greatest, ticks) => {
    const scale = linearScale(greatest);
    expect(scale.ticks).toEqual(ticks);
    expect(scale.at(greatest)).toBeLessThanOrEqual(1);
  });

  it('of latencies goes by powers of ten', () => {
    const scale = logScale(2, 640);
    expect(scale.ticks).toEqual([1, 10, 100, 1000]);
    expect(scale.at(10)).toBeCloseTo(1 / 3, 6);
    expect(logScale(10, 10).ticks).toEqual([10, 100]);
  });

  it('of time has at most nine ticks', () => {
    for (const endS of [0.5, 8, 61, 200, 3600, 90_000, 1e6])
      expect(timeScale(endS).ticks.length).toBeLessThanOrEqual(9);
    expect(timeScale(200).ticks).toEqual([0, 30, 60, 90, 120, 150, 180]);
  });

  it('keeps labels apart', () => {
    const places = spread([0.98, 1, 0.5, 0], 0.1);
    expect(places[1]).toBe(1);
    expect(places[0]).toBeCloseTo(0.9, 9);
    expect(places.slice(2)).toEqual([0.5, 0]);
  });
});
