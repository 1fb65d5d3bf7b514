import { z } from 'zod';
import { placeOf, type Monitor, type MonitoringBase, type MonitorType } from '#charging/index.ts';
import { inMessages, type ItemLimits } from '../both-versions/item-limits.ts';
import type { Block, Commands, Moment } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { decimal, integer, list, maybe, text } from '../messages/tolerant.ts';
import { componentVariable, placed, placeKey, spelled } from './component-variable.ts';
import { notifyEvent } from './events.ts';

const TYPES = {
  'upper-threshold': 'UpperThreshold',
  'lower-threshold': 'LowerThreshold',
  delta: 'Delta',
  periodic: 'Periodic',
  'periodic-clock-aligned': 'PeriodicClockAligned',
} as const;

const TYPE_BY_WORD = new Map<string, MonitorType>(
  Object.entries(TYPES).map(([type, word]) => [word, type as MonitorType]),
);

const type = text.transform((word, context) => {
  const known = TYPE_BY_WORD.get(word);
  if (known) return known;
  context.addIssue({ code: 'custom', message: 'A type of monitor that OCPP 2.0.1 does not have.' });
  return z.NEVER;
});

const settings = { type, value: decimal, severity: integer, transaction: maybe(z.boolean()) };

/** The results name the monitors, not their values, and give each its number (use case N04). */
const setVariableMonitoring = outbound('SetVariableMonitoring', {
  request: z.object({ setMonitoringData: list(z.object({ ...settings, ...componentVariable })) }),
  response: z.object({
    setMonitoringResult: list(z.object({ id: maybe(integer), status: text, type, ...componentVariable })),
  }),
  async answered({ request, response, charger, desk, at }) {
    const asked = new Map(request.setMonitoringData.map((data) => [`${data.type} ${placeKey(data)}`, data]));
    const monitors = response.setMonitoringResult.flatMap((result): Monitor[] => {
      const data = asked.get(`${result.type} ${placeKey(result)}`);
      return data && result.id !== undefined && result.status === 'Accepted'
        ? [monitorOf({ ...data, id: result.id })]
        : [];
    });
    await desk.charging.monitoring.set(charger, monitors, at);
  },
  isGranted: ({ setMonitoringResult: results }) =>
    results.length > 0 && results.every((result) => result.status === 'Accepted'),
});

const watched = z.object({ ...componentVariable, ...settings, id: integer });

function monitorOf(said: z.output<typeof watched>): Monitor {
  const { id, value, severity, transaction: inTransaction = false } = said;
  return { id, ...placed(said), type: said.type, value, severity, inTransaction };
}

const gone = ({ status }: { status: string }) => status === 'Accepted' || status === 'NotFound';

/** What is not found is as gone as it was asked to be (use case N06). */
const clearVariableMonitoring = outbound('ClearVariableMonitoring', {
  response: z.object({ clearMonitoringResult: list(z.object({ id: integer, status: text })) }),
  async answered({ response, charger, desk, at }) {
    const ids = response.clearMonitoringResult.filter(gone).map(({ id }) => id);
    await desk.charging.monitoring.cleared(charger, ids, at);
  },
  isGranted: ({ clearMonitoringResult: results }) => results.length > 0 && results.every(gone),
});

const BASES: Record<MonitoringBase, string> = {
  all: 'All',
  'factory-default': 'FactoryDefault',
  'hard-wired-only': 'HardWiredOnly',
};

const base = text.transform(
  (word) => (Object.keys(BASES) as MonitoringBase[]).find((one) => BASES[one] === word) ?? 'all',
);

/** With another base, the station watches what nobody here knows yet (use case N03). */
const setMonitoringBase = outbound('SetMonitoringBase', {
  request: z.object({ monitoringBase: base }),
  response: z.object({ status: text }),
  async answered({ request, response, charger, desk, at }) {
    if (response.status !== 'Accepted') return;
    await desk.charging.monitoring.scoped(charger, { base: request.monitoringBase }, at);
  },
});

/** From now on the station reports what is at least so severe (use case N05). */
const setMonitoringLevel = outbound('SetMonitoringLevel', {
  request: z.object({ severity: integer }),
  response: z.object({ status: text }),
  async answered({ request, response, charger, desk, at }) {
    if (response.status !== 'Accepted') return;
    await desk.charging.monitoring.scoped(charger, { level: request.severity }, at);
  },
});

/** A report of nothing is no failure: there is no such monitor (use case N02). */
const getMonitoringReport = outbound('GetMonitoringReport', {
  request: z.object({
    requestId: integer,
    componentVariable: maybe(z.array(z.unknown())),
    monitoringCriteria: maybe(z.array(z.unknown())),
  }),
  response: z.object({ status: text }),
  async asking({ request, charger, desk, at }) {
    const whole = request.componentVariable === undefined && request.monitoringCriteria === undefined;
    await desk.charging.monitoring.reportAsked({ charger: charger.id, request: request.requestId, whole, at });
  },
  async answered({ request, response, charger, desk, at }) {
    if (response.status !== 'EmptyResultSet') return;
    const nothing = { request: request.requestId, seqNo: 0, more: false, monitors: [] };
    await desk.charging.monitoring.reported({ charger: charger.id, ...nothing, at });
  },
  isGranted: ({ status }) => status === 'Accepted' || status === 'EmptyResultSet',
});

/** A part of the report, in whatever order; the last one makes a whole report complete (use case N02). */
const notifyMonitoringReport = inbound(
  'NotifyMonitoringReport',
  z.object({
    requestId: integer,
    seqNo: maybe(integer),
    tbc: maybe(z.boolean()),
    monitor: list(z.object({ ...componentVariable, variableMonitoring: list(z.object({ id: integer, ...settings })) })),
  }),
  async (message, { charger, receivedAt, desk }) => {
    await desk.charging.monitoring.reported({
      charger: charger.id,
      request: message.requestId,
      seqNo: message.seqNo ?? 0,
      more: message.tbc ?? false,
      monitors: message.monitor.flatMap(({ component, variable, variableMonitoring }) =>
        variableMonitoring.map((each) => monitorOf({ ...each, component, variable })),
      ),
      at: receivedAt,
    });
    return {};
  },
);

/** What the station said of how much it takes in one message of an action. */
async function limitsOf(action: string, { charger, charging }: Moment): Promise<ItemLimits> {
  const places = ['ItemsPerMessage', 'BytesPerMessage'].map((limit) =>
    placeOf({ component: 'MonitoringCtrlr', variable: limit, variableInstance: action }),
  );
  const [items, bytes] = await charging.variables.at(charger.id, places);
  return { items: Number(items?.value ?? NaN), bytes: Number(bytes?.value ?? NaN) };
}

async function setMonitors({ monitors }: Commands['set-monitors'], moment: Moment): Promise<OutboundCall[]> {
  const items = monitors.map(({ id, type: kind, value, severity, inTransaction, ...place }) => ({
    ...(id === undefined ? {} : { id }),
    transaction: inTransaction,
    value,
    type: TYPES[kind],
    severity,
    ...spelled(place),
  }));
  return inMessages(items, await limitsOf('SetVariableMonitoring', moment)).map((setMonitoringData) => ({
    action: 'SetVariableMonitoring',
    payload: { setMonitoringData },
  }));
}

const CRITERIA = {
  threshold: 'ThresholdMonitoring',
  delta: 'DeltaMonitoring',
  periodic: 'PeriodicMonitoring',
} as const;

/** What stations watch, and what they notice (OCPP 2.0.1 functional block N, use cases N02 to N08). */
export const monitoring: Block = {
  inbound: [notifyMonitoringReport, notifyEvent],
  outbound: [
    setVariableMonitoring,
    clearVariableMonitoring,
    setMonitoringBase,
    setMonitoringLevel,
    getMonitoringReport,
  ],
  phrases: {
    'set-monitors': setMonitors,
    'clear-monitors': async ({ ids }, moment) =>
      inMessages(ids, await limitsOf('ClearVariableMonitoring', moment)).map((id) => ({
        action: 'ClearVariableMonitoring',
        payload: { id },
      })),
    'set-monitoring-base': ({ base: wanted }) => ({
      action: 'SetMonitoringBase',
      payload: { monitoringBase: BASES[wanted] },
    }),
    'set-monitoring-level': ({ severity }) => ({ action: 'SetMonitoringLevel', payload: { severity } }),
    'get-monitors': ({ criteria, variables }, { random }) => ({
      action: 'GetMonitoringReport',
      payload: {
        requestId: random.int(1, 2 ** 31 - 1),
        ...(criteria ? { monitoringCriteria: criteria.map((one) => CRITERIA[one]) } : {}),
        ...(variables ? { componentVariable: variables.map(spelled) } : {}),
      },
    }),
  },
};
