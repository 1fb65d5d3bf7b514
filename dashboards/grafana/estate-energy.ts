import { BigValueGraphMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  QueryVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { PartsPerMillion, Watt, WattHour } from '@grafana/grafana-foundation-sdk/units';
import { DATA_SOURCE, counted, influxTarget, meanOfEach, sumOfMeans } from './influxql.ts';

/** Devices report at their own second: a step shorter than this would hold some of them and miss others. */
const SHORTEST_STEP = '1m';

const site = new QueryVariableBuilder('site')
  .label('Site')
  .description('The sites that the panels show, and sum over.')
  .datasource(DATA_SOURCE)
  .query('SHOW TAG VALUES WITH KEY = "site"')
  .refresh(VariableRefresh.OnTimeRangeChanged)
  .sort(VariableSort.AlphabeticalAsc)
  .multi(true)
  .includeAll(true)
  .allValue('.*')
  .current({ text: 'All', value: '$__all' });

interface Figure {
  title: string;
  description: string;
  query: string;
}

function energyToday(id: number, { title, description, query }: Figure): StatBuilder {
  return new StatBuilder()
    .id(id)
    .title(title)
    .description(description)
    .datasource(DATA_SOURCE)
    .span(6)
    .height(4)
    .unit(WattHour)
    .decimals(1)
    .min(0)
    .timeFrom('now/d')
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(influxTarget({ refId: 'A', alias: title, query }));
}

function overTime(id: number, title: string, description: string): TimeSeriesBuilder {
  return new TimeSeriesBuilder()
    .id(id)
    .title(title)
    .description(description)
    .datasource(DATA_SOURCE)
    .interval(SHORTEST_STEP)
    .height(9)
    .lineWidth(2)
    .fillOpacity(8);
}

const power = overTime(
  5,
  'Power of sun, grid, building and cars',
  'Mean power per step, summed over the sites chosen. Grid: import is above 0, export below. Sun: production. Building and cars: use. At every instant grid = building + cars - sun.',
)
  .span(24)
  .unit(Watt)
  .withTarget(influxTarget({ refId: 'A', alias: 'Sun', query: sumOfMeans('pv-inverter', 'W') }))
  .withTarget(influxTarget({ refId: 'B', alias: 'Grid', query: sumOfMeans('grid-meter', 'W') }))
  .withTarget(influxTarget({ refId: 'C', alias: 'Building', query: sumOfMeans('building-meter', 'W') }))
  .withTarget(influxTarget({ refId: 'D', alias: 'Cars', query: sumOfMeans('charging-station', 'W') }));

const chargers = overTime(
  6,
  'Power of each charger',
  'Mean power into the car at each EVSE, named charger:EVSE, of the sites chosen. A gap: the charger did not report.',
)
  .span(12)
  .unit(Watt)
  .min(0)
  .withTarget(influxTarget({ refId: 'A', alias: '$tag_device', query: meanOfEach('charging-station', 'W') }));

const air = overTime(
  7,
  'Carbon dioxide in the rooms',
  'Mean CO2 of the indoor air at each sensor. Above 1,000 ppm a room should be aired, above 1,400 ppm at once.',
)
  .span(12)
  .unit(PartsPerMillion)
  .thresholds(
    new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
      { value: null, color: 'green' },
      { value: 1_000, color: 'yellow' },
      { value: 1_400, color: 'red' },
    ]),
  )
  .withTarget(influxTarget({ refId: 'A', alias: '$tag_device', query: meanOfEach('indoor-air', 'CO2') }));

/** Where the estate's energy comes from and goes to, and the air in its rooms. */
export const estateEnergy: Dashboard = new DashboardBuilder('Estate energy')
  .uid('polisgrid-estate-energy')
  .description('Where the energy of the estate comes from and where it goes, and the air in its rooms.')
  .tags(['polisgrid'])
  .timezone('browser')
  .time({ from: 'now-24h', to: 'now' })
  .refresh('1m')
  .withVariable(site)
  .withPanel(
    energyToday(1, {
      title: 'From the grid today',
      description: 'Energy taken from the grid since midnight, by the grid meters’ own registers.',
      query: counted('grid-meter', 'TotWhImp'),
    }),
  )
  .withPanel(
    energyToday(2, {
      title: 'Into the grid today',
      description: 'Energy given to the grid since midnight, by the grid meters’ own registers.',
      query: counted('grid-meter', 'TotWhExp'),
    }),
  )
  .withPanel(
    energyToday(3, {
      title: 'From the sun today',
      description: 'Energy that the photovoltaic plants have made since midnight, by the inverters’ registers.',
      query: counted('pv-inverter', 'TotWhInj'),
    }),
  )
  .withPanel(
    energyToday(4, {
      title: 'Into cars today',
      description: 'Energy that cars have taken since midnight, by the chargers’ registers.',
      query: counted('charging-station', 'TotWhImp'),
    }),
  )
  .withPanel(power)
  .withPanel(chargers)
  .withPanel(air)
  .build();
