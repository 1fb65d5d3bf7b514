import type { Verification } from '../run/result.ts';
import { count, counted } from './format.ts';

const KINDS: Record<Verification['differences'][number]['kind'], string> = {
  'session-missing': 'Session missing',
  'session-twice': 'Session told twice',
  'session-foreign': 'Session that nobody lived',
  'session-state': 'State of a session',
  'session-place': 'Session at another place',
  cost: 'Cost',
  energy: 'Energy',
  time: 'Time',
  points: 'Measured points',
  value: 'Measured value',
  firmware: 'Firmware',
  'alarm-missing': 'Alarm missing',
  'alarm-foreign': 'Alarm without a cause',
};

/** What was compared and what differed, in words. */
export function verificationLines({ checked, differences, found }: Verification, most: number) {
  const what = [
    counted(checked.sessions, 'session'),
    `${(checked.energyWh / 1000).toLocaleString('en-US', { maximumFractionDigits: 1 })} kWh`,
    counted(checked.costs, 'cost'),
    `${counted(checked.messages, 'message')} of transactions`,
    counted(checked.points, 'measured point'),
    counted(checked.devices, 'device'),
    counted(checked.evses, 'EVSE'),
    counted(checked.alarms, 'possible alarm'),
  ].join(', ');
  const shown = differences.slice(0, most);
  return {
    summaryText: `${what}: ${found === 0 ? 'no difference' : `${counted(found, 'difference')}`}`,
    differences: shown.map((each) => `${KINDS[each.kind]}: ${each.text}`),
    more: found > shown.length ? `and ${count(found - shown.length)} more` : '',
  };
}

export function kindOfDifference({ kind }: Verification['differences'][number]): string {
  return KINDS[kind];
}
