import { useTranslation } from 'react-i18next';
import type { SitePower } from '../api/contract.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { useLocale } from '../ui/use-locale.ts';

/** Below this nothing is said to flow, W. */
const IDLE_W = 50;

type Source = 'sun' | 'grid' | 'building' | 'cars';

/** Where each stands in the drawing, and its line from there to the middle. */
const PLACES: Record<Source, { icon: IconName; path: string }> = {
  sun: { icon: 'sun', path: 'M200 40V150' },
  grid: { icon: 'grid', path: 'M50 150H200' },
  building: { icon: 'building', path: 'M350 150H200' },
  cars: { icon: 'car', path: 'M200 260V150' },
};

const WORDS = {
  sun: { in: 'flowSun', out: 'flowSun', idle: 'flowSunIdle' },
  grid: { in: 'flowGridIn', out: 'flowGridOut', idle: 'flowGridIdle' },
  building: { in: 'flowBuilding', out: 'flowBuilding', idle: 'flowBuilding' },
  cars: { in: 'flowCars', out: 'flowCars', idle: 'flowCarsIdle' },
} as const;

/** What a power says about its source, as a key of the dictionary's `site`. */
function wordFor(source: Source, powerW: number | null) {
  if (powerW === null) return 'flowNone';
  if (Math.abs(powerW) < IDLE_W) return WORDS[source].idle;
  return powerW > 0 ? WORDS[source].in : WORDS[source].out;
}

/** Where the site's power comes from and goes at this moment. */
export function EnergyFlow({ power }: { power: SitePower }) {
  // Inward is towards the middle: what the sun gives and what comes from the grid.
  const flows: { source: Source; powerW: number | null; inward: boolean }[] = [
    { source: 'sun', powerW: power.pvW, inward: true },
    { source: 'grid', powerW: power.gridW, inward: (power.gridW ?? 0) > 0 },
    { source: 'building', powerW: power.buildingW, inward: false },
    { source: 'cars', powerW: power.chargingW, inward: false },
  ];
  return (
    <div className="flow">
      <svg viewBox="0 0 400 300" preserveAspectRatio="none" aria-hidden="true" className="flow-lines">
        {flows.map(({ source, powerW, inward }) => (
          <Line key={source} source={source} powerW={powerW ?? 0} inward={inward} />
        ))}
      </svg>
      <span className="flow-hub" aria-hidden="true" />
      <dl className="flow-nodes">
        {flows.map(({ source, powerW }) => (
          <FlowNode key={source} source={source} powerW={powerW} />
        ))}
      </dl>
    </div>
  );
}

function Line({ source, powerW, inward }: { source: Source; powerW: number; inward: boolean }) {
  const { path } = PLACES[source];
  const flowing = Math.abs(powerW) >= IDLE_W;
  const width = 2.5 + Math.min(4.5, Math.sqrt(Math.abs(powerW) / 1000) * 0.8);
  return (
    <>
      <path d={path} className="flow-track" />
      {flowing && (
        <path d={path} className={`flow-stream source-${source}`} data-inward={inward} style={{ strokeWidth: width }} />
      )}
    </>
  );
}

function FlowNode({ source, powerW }: { source: Source; powerW: number | null }) {
  const { t } = useTranslation();
  const { kw } = useLocale();
  const idle = Math.abs(powerW ?? 0) < IDLE_W;
  return (
    <div className={`flow-node flow-${source} source-${source}`} data-idle={idle}>
      <dt>
        <Icon name={PLACES[source].icon} />
        {t(`power.${source}`)}
      </dt>
      <dd>
        <strong>{kw(powerW === null ? null : Math.abs(powerW))}</strong> <span className="flow-unit">kW</span>
        <span className="flow-verb">{t(`site.${wordFor(source, powerW)}`)}</span>
      </dd>
    </div>
  );
}
