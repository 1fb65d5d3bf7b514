import type { Bed } from './bed.ts';

/** A way in which InfluxDB fails for a while. */
export interface Outage {
  name: string;
  /** How long it is away; of the whole duration. */
  share: number;
  begin(bed: Bed): Promise<void> | void;
  end(bed: Bed): Promise<void> | void;
}

const turning = (name: string, weather: Parameters<Bed['proxy']['turn']>[0]): Outage => ({
  name,
  share: 0.6,
  begin: ({ proxy }) => proxy.turn(weather),
  end: ({ proxy }) => proxy.turn('fair'),
});

export const OUTAGES: Outage[] = [
  {
    name: 'killed',
    share: 1,
    begin: ({ influx }) => influx.stop('SIGKILL'),
    async end({ influx, proxy }) {
      proxy.turn('fair');
      await influx.start();
    },
  },
  {
    name: 'frozen',
    share: 1,
    begin: ({ influx }) => influx.freeze(),
    end({ influx, proxy }) {
      proxy.turn('fair');
      influx.thaw();
    },
  },
  turning('answers 500', { status: 500 }),
  turning('answers 429', { status: 429 }),
  turning('stores, and its answers are lost', 'answers-lost'),
];
