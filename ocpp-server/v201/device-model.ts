import { z } from 'zod';
import {
  ATTRIBUTES,
  keyOfPlace,
  placeNamed,
  placeOf,
  type InventoryScope,
  type VariableChoice,
  type VariablePlace,
} from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import { inMessages, type ItemLimits } from '../both-versions/item-limits.ts';
import type { Block, Commands, Moment } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { decimal, integer, list, maybe, ordinal, text } from '../messages/tolerant.ts';

const name = text.pipe(z.string().min(1).max(80));
const component = z.object({
  name,
  instance: maybe(name),
  evse: maybe(z.object({ id: ordinal, connectorId: maybe(ordinal) })),
});
const variable = z.object({ name, instance: maybe(name) });
const attribute = z
  .enum(ATTRIBUTES)
  .nullish()
  .transform((type) => type ?? 'Actual');

/** A component and its variable, as a place. */
function placed(said: {
  component: z.output<typeof component>;
  variable: z.output<typeof variable>;
  attribute: VariablePlace['attribute'];
}): VariablePlace {
  return {
    component: said.component.name,
    componentInstance: said.component.instance ?? null,
    evse: said.component.evse?.id ?? null,
    connector: said.component.evse?.connectorId ?? null,
    variable: said.variable.name,
    variableInstance: said.variable.instance ?? null,
    attribute: said.attribute,
  };
}

/** A place, in the words of the messages. */
function spelled({
  component: of,
  componentInstance,
  evse,
  connector,
  variable: what,
  variableInstance,
}: VariablePlace) {
  return {
    component: {
      name: of,
      ...(componentInstance === null ? {} : { instance: componentInstance }),
      ...(evse === null ? {} : { evse: { id: evse, ...(connector === null ? {} : { connectorId: connector }) } }),
    },
    variable: { name: what, ...(variableInstance === null ? {} : { instance: variableInstance }) },
  };
}

/** Use case B06. */
const getVariables = outbound('GetVariables', {
  response: z.object({
    getVariableResult: list(
      z.object({
        attributeStatus: text,
        attributeType: attribute,
        attributeValue: maybe(text),
        component,
        variable,
      }),
    ),
  }),
  async answered({ response, charger, desk, at }) {
    const variables = response.getVariableResult
      .filter((result) => result.attributeStatus === 'Accepted')
      .map(({ attributeType, attributeValue, ...said }) => ({
        ...placed({ ...said, attribute: attributeType }),
        ...(attributeValue === undefined ? {} : { value: attributeValue }),
      }));
    await desk.charging.variables.told({ charger: charger.id, variables, at });
  },
  isGranted: ({ getVariableResult: results }) =>
    results.length > 0 && results.every((result) => result.attributeStatus === 'Accepted'),
});

const willing = (result: { attributeStatus: string }) =>
  result.attributeStatus === 'Accepted' || result.attributeStatus === 'RebootRequired';

/** Use case B05. The results name the variables, not their values. */
const setVariables = outbound('SetVariables', {
  request: z.object({
    setVariableData: list(z.object({ attributeType: attribute, attributeValue: text, component, variable })),
  }),
  response: z.object({
    setVariableResult: list(z.object({ attributeStatus: text, attributeType: attribute, component, variable })),
  }),
  async answered({ request, response, charger, desk, at }) {
    const wanted = new Map(
      request.setVariableData.map(({ attributeType, attributeValue, ...said }) => [
        keyOfPlace(placed({ ...said, attribute: attributeType })),
        attributeValue,
      ]),
    );
    const variables = response.setVariableResult.filter(willing).flatMap(({ attributeType, ...said }) => {
      const place = placed({ ...said, attribute: attributeType });
      const value = wanted.get(keyOfPlace(place));
      return value === undefined ? [] : [{ ...place, value }];
    });
    await desk.charging.variables.told({ charger: charger.id, variables, at });
  },
  isGranted: ({ setVariableResult: results }) => results.length > 0 && results.every(willing),
});

const SCOPES: Record<string, InventoryScope> = {
  FullInventory: 'full',
  ConfigurationInventory: 'configuration',
  SummaryInventory: 'summary',
};

/** Use cases B07 (GetBaseReport) and B08 (GetReport): the station accepts, and then reports in parts. */
function reporting(action: 'GetBaseReport' | 'GetReport') {
  return outbound(action, {
    request: z.object({ requestId: integer, reportBase: maybe(text) }),
    response: z.object({ status: text }),
    async asking({ request, charger, desk, at }) {
      const scope = SCOPES[request.reportBase ?? ''] ?? 'custom';
      await desk.charging.variables.reportAsked({ charger: charger.id, request: request.requestId, scope, at });
    },
    async answered({ request, response, charger, desk, at }) {
      if (response.status === 'Accepted') return;
      const refusal = response.status === 'EmptyResultSet' ? null : response.status;
      await desk.charging.variables.reportEnded({ charger: charger.id, request: request.requestId, refusal, at });
    },
    async unanswered({ request, outcome, charger, desk, at }) {
      // It may have heard us, and report all the same.
      if (outcome === 'timed-out' || outcome === 'unknown') return;
      const ended = { charger: charger.id, request: request.requestId, refusal: outcome, at };
      await desk.charging.variables.reportEnded(ended);
    },
  });
}

const reportedVariable = z.object({
  component,
  variable,
  variableAttribute: list(z.object({ type: attribute, value: maybe(text), mutability: maybe(text) })),
  variableCharacteristics: maybe(
    z.object({
      unit: maybe(text),
      dataType: maybe(text),
      minLimit: maybe(decimal),
      maxLimit: maybe(decimal),
      valuesList: maybe(text),
    }),
  ),
});

/** Use cases B07, B08: one part of a report, in whatever order it comes. */
const notifyReport = inbound(
  'NotifyReport',
  z.object({
    requestId: integer,
    seqNo: maybe(integer),
    tbc: maybe(z.boolean()),
    reportData: list(reportedVariable),
  }),
  async (message, { charger, receivedAt, desk }) => {
    await desk.charging.variables.reportPart({
      charger: charger.id,
      request: message.requestId,
      part: message.seqNo ?? 0,
      isLast: message.tbc !== true,
      variables: message.reportData.flatMap(reported),
      at: receivedAt,
    });
    return {};
  },
);

function reported({ variableAttribute, variableCharacteristics, ...said }: z.output<typeof reportedVariable>) {
  const { unit, dataType, minLimit, maxLimit, valuesList } = variableCharacteristics ?? {};
  return variableAttribute.map(({ type, value, mutability }) => ({
    ...placed({ ...said, attribute: type }),
    ...(value === undefined ? {} : { value }),
    // What is not said of it is the specification's default.
    mutability: mutability ?? 'ReadWrite',
    ...(unit === undefined ? {} : { unit }),
    ...(dataType === undefined ? {} : { dataType }),
    ...(minLimit === undefined ? {} : { min: minLimit }),
    ...(maxLimit === undefined ? {} : { max: maxLimit }),
    ...(valuesList === undefined ? {} : { values: valuesList }),
  }));
}

/** The device model (OCPP 2.0.1 functional block B, use cases B05 to B08). */
export const deviceModel: Block = {
  inbound: [notifyReport],
  outbound: [getVariables, setVariables, reporting('GetBaseReport'), reporting('GetReport')],
  phrases: {
    async 'get-variables'({ variables }, moment) {
      if (variables.length === 0) {
        throw new PolisError('invalid', 'Say which variables; for all of an OCPP 2.0.1 station, request a report.');
      }
      const items = variables.map(placeFor).map((place) => ({
        ...spelled(place),
        ...(place.attribute === 'Actual' ? {} : { attributeType: place.attribute }),
      }));
      const parts = inMessages(items, await limitsOf('GetVariables', moment));
      return parts.map((getVariableData) => ({ action: 'GetVariables', payload: { getVariableData } }));
    },
    async 'set-variables'({ variables }, moment) {
      const items = variables.map(({ variable: choice, value }) => {
        const place = placeFor(choice);
        const type = place.attribute === 'Actual' ? {} : { attributeType: place.attribute };
        return { ...spelled(place), ...type, attributeValue: value };
      });
      const parts = inMessages(items, await limitsOf('SetVariables', moment));
      return parts.map((setVariableData) => ({ action: 'SetVariables', payload: { setVariableData } }));
    },
    'request-report': requestReport,
  },
};

function placeFor(choice: VariableChoice): VariablePlace {
  if (choice.by === 'place') return choice.place;
  const place = placeNamed(choice);
  if (place) return place;
  const said = choice.by === 'name' ? choice.name : choice.key;
  throw new PolisError('invalid', `An OCPP 2.0.1 station has no ${said}; name its component and variable.`);
}

/** What the station said of how much it takes in one message of an action. */
async function limitsOf(action: string, { charger, charging }: Moment): Promise<ItemLimits> {
  const places = ['ItemsPerMessage', 'BytesPerMessage'].map((limit) =>
    placeOf({ component: 'DeviceDataCtrlr', variable: limit, variableInstance: action }),
  );
  const [items, bytes] = await charging.variables.at(charger.id, places);
  return { items: Number(items?.value ?? NaN), bytes: Number(bytes?.value ?? NaN) };
}

const BASES = { full: 'FullInventory', configuration: 'ConfigurationInventory', summary: 'SummaryInventory' } as const;
const CRITERIA = { active: 'Active', available: 'Available', enabled: 'Enabled', problem: 'Problem' } as const;

async function requestReport(command: Commands['request-report'], moment: Moment): Promise<OutboundCall[]> {
  const { scope, criteria, variables } = command;
  const number = () => moment.random.int(1, 2 ** 31 - 1);
  if (scope !== 'custom') {
    return [{ action: 'GetBaseReport', payload: { requestId: number(), reportBase: BASES[scope] } }];
  }
  const asked = variables.map(({ component: of, variable: what, ...rest }) => {
    const whole = spelled({ ...placeOf({ component: of, variable: what ?? '' }), ...given(rest) });
    return what === undefined ? { component: whole.component } : whole;
  });
  const componentCriteria = criteria.map((criterion) => CRITERIA[criterion]);
  const about = componentCriteria.length === 0 ? {} : { componentCriteria };
  if (asked.length === 0) return [{ action: 'GetReport', payload: { requestId: number(), ...about } }];
  // Each message asks for a report of its own.
  return inMessages(asked, await limitsOf('GetReport', moment)).map((componentVariable) => ({
    action: 'GetReport',
    payload: { requestId: number(), ...about, componentVariable },
  }));
}

function given(place: {
  componentInstance?: string | undefined;
  evse?: number | undefined;
  connector?: number | undefined;
  variableInstance?: string | undefined;
}) {
  return {
    componentInstance: place.componentInstance ?? null,
    evse: place.evse ?? null,
    connector: place.connector ?? null,
    variableInstance: place.variableInstance ?? null,
  };
}
