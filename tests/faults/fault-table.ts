import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A fault as somebody outside may show it, what is seen when it does, and what should be. */
export interface FaultOn<Bed> {
  name: string;
  observe(bed: Bed): Promise<string>;
  expected: string;
}

/** Where faults are tried, beside a neighbour that minds its own business all the time. */
interface FaultBed extends AsyncDisposable {
  /** Whether the neighbour is still served. */
  neighbourLives(): Promise<boolean>;
}

/** Tries faults by kind on one bed: each ends as it should, and no neighbour notices. */
export function tryFaults<Bed extends FaultBed>(
  createBed: () => Promise<Bed>,
  faults: readonly [kind: string, faults: readonly FaultOn<Bed>[]][],
): void {
  const note = printedAtTheEnd();
  let bed: Bed;
  beforeAll(async () => {
    bed = await createBed();
  });
  afterAll(() => bed[Symbol.asyncDispose]());

  describe.each(faults)('%s:', (kind, ofKind) => {
    it.each(ofKind)('$name', async (fault) => {
      const { name, expected } = fault;
      const observed = await fault.observe(bed);
      const lives = await bed.neighbourLives();
      note({ ok: observed === expected && lives, kind, name, observed });
      expect(observed).toBe(expected);
      expect(lives).toBe(true);
    });
  });
}

/** What was seen of one fault. */
interface Seen {
  ok: boolean;
  kind: string;
  name: string;
  observed: string;
}

/** Takes down what was seen; printed as a table when all tests of the file have run. */
export function printedAtTheEnd(): (seen: Seen) => void {
  const lines: string[] = [];
  afterAll(() => void process.stdout.write(`\n${lines.join('\n')}\n`));
  return ({ ok, kind, name, observed }) => lines.push([ok ? 'ok ' : 'NOT', kind, name, observed].join(' │ '));
}
