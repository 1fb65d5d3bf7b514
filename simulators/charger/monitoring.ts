import { isoTime, type Millis, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerPlan } from '../estate/plan.ts';
import type { Answer } from './calls.ts';
import type { Charger } from './charger.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { inParts, tell, type ToldCall } from './tell.ts';
import { sessionAt, valueOf, type Watched, whyUnknown } from './watched.ts';

export interface Watching {
  monitors: WatchingMonitor[];
  /** It reports what is at least this severe: of this number or a lower one. */
  level: number;
  lastEvent: number;
}

interface WatchingMonitor extends Watched {
  id: number;
  type: 'UpperThreshold' | 'LowerThreshold' | 'Delta' | 'Periodic' | 'PeriodicClockAligned';
  value: number;
  severity: number;
  transaction: boolean;
  /** It came with the station. */
  fromFactory: boolean;
  /** The threshold is crossed. */
  crossed: boolean;
  /** The platform heard that it is crossed, and how severe that is. */
  isAlarming: boolean;
  /** When the platform set it; null: it need not know how severe it is. */
  setAt: Millis | null;
  /** From where a change is counted. */
  base: number;
  /** When the period is over. */
  dueAt: Millis | null;
}

const FRESH = { crossed: false, isAlarming: false, setAt: null, base: 0, dueAt: null };
const HOT_C = 90;

/** A 2.0.1 station comes with one monitor for each EVSE: that it does not get too hot. */
export function factoryMonitors({ evses, protocol }: ChargerPlan): Watching['monitors'] {
  if (protocol === 'ocpp1.6') return [];
  const hot = { type: 'UpperThreshold', value: HOT_C, severity: 1, transaction: false, fromFactory: true } as const;
  const variable = { name: 'Temperature' };
  return Array.from({ length: evses }, (_, n) => {
    const id = n + 1;
    return { id, component: { name: 'EVSE', evse: { id } }, variable, ...hot, ...FRESH };
  });
}

const PER_MESSAGE = 4;
/** What is so severe is told also after the wire was down (OfflineQueuingSeverity). */
const TOLD_LATER = 3;

/** Looks at everything that a charger watches; what it notices and reports. */
export function watch(charger: Charger, { monitors, level }: Watching, now: Millis): Noticed[] {
  return monitors.flatMap((monitor) => {
    const said = notice(charger, { monitor, now });
    return said && monitor.severity <= level ? [{ monitor, said }] : [];
  });
}

/** Whether a threshold is crossed whose crossing is severe; null: one is, but the platform may not know how severe. */
export function isSevere({ monitors }: Watching): boolean | null {
  const severe = monitors.filter(({ crossed, severity }) => crossed && severity <= TOLD_LATER);
  return severe.some(({ isAlarming }) => isAlarming) || (severe.length > 0 ? null : false);
}

/** Tells what was noticed. */
export function tellNoticed(controls: Controls, all: Noticed[]): void {
  const severe = all.filter(({ monitor }) => monitor.severity <= TOLD_LATER);
  const others = all.filter(({ monitor }) => monitor.severity > TOLD_LATER);
  if (severe.length > 0) tell(controls, ...notifications(controls, severe));
  if (others.length > 0) for (const call of notifications(controls, others)) void controls.send(call);
}

/** What the platform set since it listens it knows; of what it set before, it may have missed that it was accepted. */
function heard({ monitor, said }: Noticed, controls: Controls): void {
  monitor.isAlarming = !said.cleared && monitor.setAt !== null && monitor.setAt >= controls.heardSince();
}

interface Noticed {
  monitor: WatchingMonitor;
  said: Notice;
}

interface Notice {
  trigger: 'Alerting' | 'Delta' | 'Periodic';
  value: number;
  cleared: boolean;
}

function notice(charger: Charger, { monitor, now }: { monitor: WatchingMonitor; now: Millis }): Notice | null {
  if (monitor.transaction && !sessionAt(charger, monitor)) return null;
  const value = valueOf(charger, monitor, now);
  if (monitor.type === 'Delta') {
    if (Math.abs(value - monitor.base) < monitor.value) return null;
    monitor.base = value;
    return { trigger: 'Delta', value, cleared: false };
  }
  if (monitor.type === 'UpperThreshold' || monitor.type === 'LowerThreshold') {
    const crossed = monitor.type === 'UpperThreshold' ? value > monitor.value : value < monitor.value;
    if (crossed === monitor.crossed) return null;
    monitor.crossed = crossed;
    return { trigger: 'Alerting', value, cleared: !crossed };
  }
  const periodMs = monitor.value * SECOND;
  const next = monitor.type === 'Periodic' ? now + periodMs : (Math.floor(now / periodMs) + 1) * periodMs;
  const due = monitor.dueAt !== null && now >= monitor.dueAt;
  if (due || monitor.dueAt === null) monitor.dueAt = next;
  return due ? { trigger: 'Periodic', value, cleared: false } : null;
}

function eventData(controls: Controls, { monitor, said }: Noticed) {
  const transactionId = sessionAt(controls.charger, monitor)?.transaction ?? undefined;
  return {
    eventId: ++controls.memory.watching.lastEvent,
    timestamp: isoTime(controls.now()),
    trigger: said.trigger,
    actualValue: said.value.toFixed(1),
    ...(said.cleared ? { cleared: true } : {}),
    ...(transactionId === undefined ? {} : { transactionId }),
    component: monitor.component,
    variable: monitor.variable,
    variableMonitoringId: monitor.id,
    eventNotificationType: monitor.fromFactory ? 'PreconfiguredMonitor' : 'CustomMonitor',
  };
}

function notifications(controls: Controls, events: Noticed[]): ToldCall[] {
  return inParts(events, PER_MESSAGE).map(({ part, seqNo, tbc }) => ({
    action: 'NotifyEvent',
    payload: {
      generatedAt: isoTime(controls.now()),
      seqNo,
      tbc,
      eventData: part.map((each) => eventData(controls, each)),
    },
    heard() {
      for (const each of part) heard(each, controls);
    },
  }));
}

const watched = {
  component: z.object({ name: z.string(), evse: z.object({ id: z.int() }).optional() }),
  variable: z.object({ name: z.string() }),
};

const setting = z.object({
  id: z.int().optional(),
  transaction: z.boolean().default(false),
  value: z.number(),
  type: z.enum(['UpperThreshold', 'LowerThreshold', 'Delta', 'Periodic', 'PeriodicClockAligned']),
  severity: z.int(),
  ...watched,
});

function setMonitor({ id: replaced, ...asked }: z.infer<typeof setting>, controls: Controls) {
  const { charger, memory } = controls;
  const { watching } = memory;
  const { monitors } = watching;
  const { type, severity, component, variable } = asked;
  const result = (status: string, more = {}) => ({ status, type, severity, component, variable, ...more });
  const unknown = whyUnknown(charger, asked);
  if (unknown !== null) return result(unknown);
  if (severity < 0 || severity > 9 || (/Delta|Periodic/.test(type) && asked.value <= 0)) return result('Rejected');
  const same = monitors.find((each) => keyOf(each) === keyOf(asked))?.id;
  if (same !== undefined && same !== replaced) return result('Duplicate');
  if (replaced !== undefined && !monitors.some((each) => each.id === replaced)) return result('Rejected');
  const id = replaced ?? Math.max(100, ...monitors.map((each) => each.id)) + 1;
  const setAt = controls.now();
  const monitor = { id, ...asked, fromFactory: false, ...FRESH, setAt, base: valueOf(charger, asked, setAt) };
  watching.monitors = [...monitors.filter((each) => each.id !== id), monitor];
  return result('Accepted', { id });
}

function keyOf({ component, variable, type, severity }: Watched & { type: string; severity: number }): string {
  return JSON.stringify([component.name, component.evse?.id, variable.name, type, severity]);
}

const CRITERIA: Record<string, RegExp> = {
  ThresholdMonitoring: /Threshold/,
  DeltaMonitoring: /Delta/,
  PeriodicMonitoring: /Periodic/,
};

const reportAsked = z.object({
  requestId: z.int(),
  monitoringCriteria: z.array(z.string()).optional(),
  componentVariable: z
    .array(z.object({ component: watched.component, variable: watched.variable.optional() }))
    .optional(),
});

function report(asked: z.infer<typeof reportAsked>, controls: Controls): Answer {
  const { requestId, monitoringCriteria: criteria, componentVariable: places } = asked;
  const isWanted = (monitor: WatchingMonitor) =>
    (criteria?.some((each) => CRITERIA[each]?.test(monitor.type)) ?? true) &&
    (places?.some(
      ({ component, variable }) =>
        component.name === monitor.component.name &&
        (component.evse === undefined || component.evse.id === monitor.component.evse?.id) &&
        (variable === undefined || variable.name === monitor.variable.name),
    ) ??
      true);
  const found = controls.memory.watching.monitors.filter(isWanted);
  if (found.length === 0) return statusOnly('EmptyResultSet');
  const monitors = found.map(({ id, component, variable, type, value, severity, transaction }) => ({
    component,
    variable,
    variableMonitoring: [{ id, type, value, severity, transaction }],
  }));
  const generatedAt = isoTime(controls.now());
  const parts = inParts(monitors, PER_MESSAGE).map(({ part: monitor, seqNo, tbc }) => ({
    action: 'NotifyMonitoringReport',
    payload: { requestId, seqNo, tbc, generatedAt, monitor },
  }));
  return statusOnly('Accepted', () => tell(controls, ...parts));
}

/** Monitoring of a 2.0.1 station (functional block N). */
export const monitoringHandlers: Record<string, Handler> = {
  SetVariableMonitoring: handler(
    z.object({ setMonitoringData: z.array(setting).min(1) }),
    'FormatViolation',
    ({ setMonitoringData }, controls) => ({
      payload: { setMonitoringResult: setMonitoringData.map((each) => setMonitor(each, controls)) },
    }),
  ),
  ClearVariableMonitoring: handler(
    z.object({ id: z.array(z.int()).min(1) }),
    'FormatViolation',
    ({ id: ids }, { memory: { watching } }) => ({
      payload: {
        clearMonitoringResult: ids.map((id) => {
          const found = watching.monitors.find((each) => each.id === id);
          if (!found) return { id, status: 'NotFound' };
          if (found.fromFactory) return { id, status: 'Rejected' };
          watching.monitors = watching.monitors.filter((each) => each !== found);
          return { id, status: 'Accepted' };
        }),
      },
    }),
  ),
  SetMonitoringBase: handler(
    z.object({ monitoringBase: z.enum(['All', 'FactoryDefault', 'HardWiredOnly']) }),
    'FormatViolation',
    ({ monitoringBase }, { memory: { watching }, charger }) => {
      const own = watching.monitors.filter(({ fromFactory }) => !fromFactory && monitoringBase === 'All');
      // With another base, the platform forgets which ones there are.
      for (const each of own) Object.assign(each, { isAlarming: false, setAt: null });
      const theirs = monitoringBase === 'HardWiredOnly' ? [] : factoryMonitors(charger.plan);
      watching.monitors = [...theirs, ...own];
      return statusOnly('Accepted');
    },
  ),
  SetMonitoringLevel: handler(z.object({ severity: z.int() }), 'FormatViolation', ({ severity }, { memory }) => {
    if (severity < 0 || severity > 9) return statusOnly('Rejected');
    memory.watching.level = severity;
    return statusOnly('Accepted');
  }),
  GetMonitoringReport: handler(reportAsked, 'FormatViolation', report),
};
