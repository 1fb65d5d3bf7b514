import { handClock } from '#estate/clock.ts';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { LiveView } from './live-view.ts';
import { screenLines } from './screen-lines.ts';
import { SPECIMEN } from './specimen.ts';
import { widthOf } from './terminal.ts';
import { watchRun } from './watch.ts';

const manner = { columns: 100, unicode: true, colour: false };
const view = (part: Partial<LiveView> = {}): LiveView => ({
  title: 'Blackout',
  seed: '42',
  api: 'http://127.0.0.1:8080',
  elapsedS: 157,
  phase: 'Bringing 5,000 chargers to life',
  stage: { name: 'back within 10 s', number: 4, of: 4, doneS: 17, ofS: 50 },
  simulatedAt: '2026-11-21T06:32:37Z',
  speed: 0.97,
  lagS: 1.3,
  connected: 685,
  chargers: 5000,
  connections: 'gateways',
  gatewaysConnected: 2100,
  gateways: 2100,
  charging: 1247,
  errors: 1236,
  queued: 2341,
  memoryMB: 318.2,
  faults: [{ stage: 'back within 10 s', fromS: 145, toS: null, text: 'down', peers: 7100 }],
  timeline: SPECIMEN.timeline.slice(0, 157),
  ...part,
});

const ESCAPE = '\u001B[';

/** A terminal that knows what the screen says to it: new lines, up, to the begin, erase, and that the cursor may hide. */
function terminal(environment: Record<string, string> = { LANG: 'it_IT.UTF-8' }) {
  const rows = ['$ polisgrid sim run blackout'];
  let [row, written, isHidden, lowest] = [1, '', false, 0];
  const obey = (code: string) => {
    if (code === '?25l' || code === '?25h') isHidden = code === '?25l';
    else if (code === 'H') row = 0;
    else if (code === 'J') rows.length = row;
    else if (code.endsWith('A')) row -= Number(code.slice(0, -1));
  };
  const show = (letters: string) => {
    for (const part of letters.replaceAll('\r', '').split(/(\n)/)) {
      if (part === '\n') row += 1;
      else if (part !== '') rows[row] = part;
    }
    lowest = Math.max(lowest, row);
  };
  const output = {
    isTTY: true,
    columns: 100,
    rows: 30,
    write(text: string) {
      written += text;
      const [first = '', ...pieces] = text.split(ESCAPE);
      show(first);
      for (const piece of pieces) {
        const [, code = '', letters = ''] = /^([?\d;]*[A-Za-z])(.*)$/s.exec(piece) ?? [];
        obey(code);
        show(letters);
      }
    },
  };
  const process = new EventEmitter();
  const state = () => ({ rows, written, isHidden, lowest });
  return { place: { output, environment: { ...environment, NO_COLOR: '1' }, process }, output, process, state };
}

describe('The screen', () => {
  it('shows everything that an engineer looks for, with its unit', () => {
    const text = screenLines(view(), manner).join('\n');
    for (const part of [
      'Blackout · seed 42 · http://127.0.0.1:8080',
      '2 min 37 s',
      'Stage 4 of 4: back within 10 s',
      '34 %  17 s of 50 s',
      '21 Nov 2026, 07:32:37 in Rome, 0.97 × real time, 1.3 s behind',
      '685 of 5,000',
      '2,100 of 2,100',
      '1,247',
      '908 a second',
      'half 5.3, 95 % 36.0, 99 % 89.6 ms',
      '395 a second',
      '1,236',
      '2,341',
      '318 MB',
      'down (for 12 s, at 7,100 chargers and gateways)',
    ]) {
      expect(text).toContain(part);
    }
  });

  it.each([
    [60, true],
    [79, false],
    [100, true],
    [119, false],
  ])('is at most %d columns wide, whatever the names', (columns, unicode) => {
    const long = 'ü'.repeat(300);
    const stage = { name: long, number: 1, of: 1, doneS: 1, ofS: 3600 };
    for (const each of [
      view(),
      view({ title: long, stage: null, phase: long, faults: [] }),
      view({ stage, timeline: [] }),
    ]) {
      const lines = screenLines(each, { ...manner, columns, unicode });
      expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
    }
  });

  it('is ASCII where the terminal has no other letters', () => {
    expect(screenLines(view({ title: 'Über' }), { ...manner, unicode: false }).join('')).toMatch(/^[ -~]*$/);
  });

  it('lets no stranger steer the terminal', () => {
    const lines = screenLines(view({ title: 'a\u001B[2J\nb', phase: '\u0007', stage: null }), manner);
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });

  it('redraws in place four times a second, below what stood there, and leaves the cursor as it was', async () => {
    const clock = handClock(0);
    const { place, state } = terminal();
    let elapsedS = 0;
    const watch = watchRun(clock, place, () => view({ elapsedS: (elapsedS += 1), faults: [] }));
    expect(state().isHidden).toBe(true);
    await clock.advance(1000);
    watch.stop();
    const { rows, isHidden, lowest } = state();
    expect(elapsedS).toBe(6);
    expect(rows[0]).toBe('$ polisgrid sim run blackout');
    expect(rows.filter((row) => row.includes('Chargers connected'))).toHaveLength(1);
    expect(rows[1]).toContain('6 s');
    expect(isHidden).toBe(false);
    expect(lowest).toBeLessThan(30);
    await clock.advance(1000);
    expect(elapsedS).toBe(6);
  });

  it('takes away lines that are no more', () => {
    const clock = handClock(0);
    const { place, state } = terminal();
    let faults = Array.from({ length: 5 }, () => ({ stage: 's', fromS: 1, toS: null, text: 'down', peers: 7 }));
    const watch = watchRun(clock, place, () => view({ faults }));
    faults = [];
    watch.stop();
    expect(state().rows.join('\n')).not.toContain('down');
  });

  it('begins anew where the terminal became narrower', () => {
    const { place, output, state } = terminal();
    const watch = watchRun(handClock(0), place, () => view({ faults: [] }));
    output.columns = 70;
    watch.stop();
    const { rows } = state();
    expect(rows[0]).toContain('Blackout');
    expect(rows.filter((row) => row.includes('Chargers connected'))).toHaveLength(1);
    expect(rows.filter((row) => widthOf(row) > 69)).toEqual([]);
  });

  it('shows the cursor again when the process ends under it', () => {
    const { place, process, state } = terminal();
    watchRun(handClock(0), place, () => view());
    process.emit('exit');
    expect(state().isHidden).toBe(false);
  });

  it('has colours on a terminal, and none against NO_COLOR', () => {
    const { place, output, state } = terminal();
    watchRun(handClock(0), place, () => view()).stop();
    expect(state().written).not.toMatch(/\p{Cc}\[\d+m/u);
    const coloured = { ...place, output, environment: { LANG: 'C.UTF-8' } };
    watchRun(handClock(0), coloured, () => view()).stop();
    expect(state().written).toMatch(/\p{Cc}\[31m/u);
  });
});

/** A point each second until now: a hundred calls in each fifth, and fifty messages in each tenth. */
function bursts(untilS: number): LiveView['timeline'] {
  return SPECIMEN.timeline.slice(0, Math.floor(untilS)).map((point, n) => ({
    ...point,
    callsPerS: n % 5 === 0 ? 100 : 0,
    publishesPerS: n % 10 === 0 ? 50 : 0,
    p95Ms: n % 5 === 0 ? 36 : null,
  }));
}

describe('Plain lines', () => {
  it('tell each stage and fault as it comes and goes, and how things stand each ten seconds', async () => {
    const clock = handClock(0);
    const lines: string[] = [];
    const output = { isTTY: false, write: (text: string) => lines.push(text.trimEnd()) };
    const place = { output, environment: { LANG: 'C.UTF-8' }, process: new EventEmitter() };
    const fault = (toS: number | null) => ({ stage: 'two', fromS: 12, toS, text: 'down', peers: 7100 });
    const stage = { name: 'two', number: 2, of: 3, doneS: 0, ofS: 40 };
    const watch = watchRun(clock, place, () => {
      const elapsedS = clock.now() / 1000;
      const faults = elapsedS < 12 ? [] : [fault(elapsedS < 15 ? null : 15)];
      return view({ elapsedS, faults, stage: elapsedS < 11 ? null : stage, timeline: bursts(elapsedS) });
    });
    await clock.advance(21_000);
    watch.stop();
    expect(lines).toEqual([
      '00:00  Bringing 5,000 chargers to life',
      expect.stringMatching(
        /^00:10 {2}685 of 5,000 chargers, 2,100 of 2,100 gateways, 1,247 charging, 20 calls\/s \(95 % within 36 ms\), 5 messages\/s, 1,236 errors, 2,341 waiting, 318 MB, 1.3 s behind$/,
      ),
      '00:11  Stage 2 of 3: two (40 s simulated)',
      '00:12  Fault begins: down, for 7,100 chargers and gateways',
      '00:15  Fault ends: down, after 3 s',
      expect.stringMatching(/^00:20 {2}685 of 5,000 .*, 20 calls\/s \(95 % within 36 ms\), 5 messages\/s, /),
    ]);
  });

  it('have no colours and no steering', async () => {
    let written = '';
    const output = { write: (text: string) => (written += text) };
    const place = { output, environment: { TERM: 'xterm' }, process: new EventEmitter() };
    const clock = handClock(0);
    const watch = watchRun(clock, place, () => view({ elapsedS: 3 + clock.now() / 1000 }));
    await clock.advance(10_000);
    watch.stop();
    expect(written).toMatch(/^[ -~\n]*$/);
    expect(written.split('\n').length).toBeGreaterThan(3);
  });
});
