import { HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { draw, noise, stream } from '../physics/noise.ts';
import { tenth } from '../site/moment.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { noYes, percent, states } from './metrics.ts';

const bitsPerSecond = { unit: 'bit/s', min: 0, max: 1e12 };
const bytes = { unit: 'By', min: 0 };
const FIBRE = 1;
const COPPER = 2;
const MOBILE = 3;
const ROUND_TRIP_S = { [FIBRE]: 0.008, [COPPER]: 0.024, [MOBILE]: 0.055 };

/** The line of the site; when it fails, the mobile network takes over. */
export const networkUplink = deviceKind({
  type: 'network-uplink',
  isSlow: true,
  metrics: {
    Up: noYes,
    Bearer: states(0, 1, 2, 3, 4, 5),
    RttS: { unit: 's', min: 0, max: 60 },
    LossPct: percent,
    RxBps: bitsPerSecond,
    TxBps: bitsPerSecond,
    RxBy: bytes,
    TxBy: bytes,
    RSRP: { unit: 'dB{mW}', min: -160, max: -20 },
    OnBattery: noYes,
  },
  conditions: [
    {
      code: 'line-down',
      severity: 500,
      text: 'The line is down; the mobile network stands in.',
      aYear: 4,
      lastsMs: [HOUR / 2, 12 * HOUR],
    },
    {
      code: 'power-lost',
      severity: 600,
      text: 'The power is gone; the router runs on its battery.',
      aYear: 1,
      lastsMs: [10 * MINUTE, 2 * HOUR],
    },
  ],
  state: z.object({ receivedBy: z.number(), sentBy: z.number(), receivesBps: z.number() }),
  begin: () => ({ receivedBy: 0, sentBy: 0, receivesBps: 0 }),
  advance(state, { now, work, spanMs }, { chance }) {
    state.receivesBps = Math.round(2e5 + (0.2 + work) * 8e6 * noise(stream('use', chance), MINUTE, now) ** 2);
    const by = (state.receivesBps * spanMs) / SECOND / 8;
    state.receivedBy += by;
    state.sentBy += by / 6;
  },
  read(state, { now }, standing) {
    const { chance, conditions } = standing;
    const bearer = bearerOf(standing);
    return {
      Up: 1,
      Bearer: bearer,
      RttS: Math.round(ROUND_TRIP_S[bearer] * (1 + noise(stream('far', chance), MINUTE, now)) * 1e4) / 1e4,
      LossPct: tenth(bearer === MOBILE ? 1.5 * noise(stream('loss', chance), MINUTE, now) : 0),
      RxBps: state.receivesBps,
      TxBps: Math.round(state.receivesBps / 6),
      RxBy: Math.floor(state.receivedBy),
      TxBy: Math.floor(state.sentBy),
      RSRP: Math.round(-100 + 25 * noise(stream('mobile', chance), 6 * HOUR, now)),
      OnBattery: conditions.includes('power-lost') ? 1 : 0,
    };
  },
});

function bearerOf({ chance, conditions }: Standing): 1 | 2 | 3 {
  if (conditions.includes('line-down')) return MOBILE;
  return draw(stream('bearer', chance), 0) < 0.6 ? FIBRE : COPPER;
}
