import { describe, expect, it } from 'vitest';
import { chosen } from './chosen.ts';

const all = Array.from({ length: 100 }, (_, n) => ({
  id: `c-${n}`,
  site: n < 10 ? 'barolo' : 'alba',
  vendor: n % 2 === 0 ? 'Brennero' : 'Elettra',
  protocol: n % 4 === 0 ? 'ocpp2.0.1' : 'ocpp1.6',
}));

describe('a selection', () => {
  it.each([
    [{ kind: 'all' } as const, 100],
    [{ kind: 'none' } as const, 0],
    [{ kind: 'share', share: 0.2 } as const, 20],
    [{ kind: 'share', share: 0.004 } as const, 1],
    [{ kind: 'count', count: 7 } as const, 7],
    [{ kind: 'count', count: 700 } as const, 100],
    [{ kind: 'those', site: 'barolo' } as const, 10],
    [{ kind: 'those', site: 'barolo', vendor: 'Brennero' } as const, 5],
    [{ kind: 'those', protocol: 'ocpp2.0.1' } as const, 25],
    [{ kind: 'those', ids: ['c-3', 'c-99', 'nobody'] } as const, 2],
  ])('%o means %d of a hundred', (selection, count) => {
    expect(chosen(all, selection, 'seed')).toHaveLength(count);
  });

  it('draws the same for the same seed, in the order of the list, and others for another', () => {
    const draw = (seed: string) => chosen(all, { kind: 'count', count: 10 }, seed).map(({ id }) => id);
    expect(draw('one')).toEqual(draw('one'));
    expect(draw('one')).not.toEqual(draw('other'));
    const places = draw('one').map((id) => all.findIndex((each) => each.id === id));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});
