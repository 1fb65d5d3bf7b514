import { isoTime, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { Answer } from './calls.ts';
import { MOST_VARIABLES, setValue, type Trait, TRAITS, valueOf } from './device-model.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';

/** How chargers show and change what they are set to. Names of OCPP are compared without regard to case. */

const BY_KEY = new Map(
  TRAITS.flatMap((trait) => (trait.key === undefined ? [] : [[lower(trait.key), trait] as const])),
);

function lower(name: string): string {
  return name.toLowerCase();
}

const v16: Record<string, Handler> = {
  GetConfiguration: handler(
    z.object({ key: z.array(z.string()).optional() }),
    'FormationViolation',
    ({ key: asked = [] }, controls) => {
      if (asked.length > MOST_VARIABLES) return tooMany('OccurenceConstraintViolation');
      const keys = asked.length > 0 ? asked : [...BY_KEY.keys()];
      const configurationKey = keys.flatMap((name) => {
        const trait = BY_KEY.get(lower(name));
        if (trait?.key === undefined) return [];
        return [{ key: trait.key, value: valueOf(trait, controls), readonly: !trait.isSet }];
      });
      return { payload: { configurationKey, unknownKey: keys.filter((name) => !BY_KEY.has(lower(name))) } };
    },
  ),
  ChangeConfiguration: handler(
    z.object({ key: z.string(), value: z.string() }),
    'FormationViolation',
    ({ key, value }, controls) => {
      const trait = BY_KEY.get(lower(key));
      return statusOnly(trait ? setValue(trait, value, controls) : 'NotSupported');
    },
  ),
};

function tooMany(error: string): Answer {
  return { error, description: `No more than ${MOST_VARIABLES} at once.` };
}

const component = z.object({
  name: z.string(),
  instance: z.string().optional(),
  evse: z.object({ id: z.int(), connectorId: z.int().optional() }).optional(),
});
const variable = z.object({ name: z.string(), instance: z.string().optional() });
const asked = z.object({ component, variable, attributeType: z.string().optional() });
type Asked = z.infer<typeof asked>;

/** A trait where it stands. */
interface Placed {
  trait: Trait;
  component: z.infer<typeof component>;
  variable: z.infer<typeof variable>;
}

/** The device model of a station: each trait, of each EVSE and connector that has its own. */
function placesOf({ charger }: Controls): Placed[] {
  return TRAITS.flatMap((trait): Placed[] => {
    if (!trait.at) return [];
    const [of, what, instance] = trait.at;
    const named = { name: what, ...(instance === undefined ? {} : { instance }) };
    if (!trait.per) return [{ trait, component: { name: of }, variable: named }];
    return charger.outlets.map(({ evse: id }) => {
      const evse = { id, ...(trait.per === 'connector' ? { connectorId: 1 } : {}) };
      return { trait, component: { name: of, evse }, variable: named };
    });
  });
}

function isSameComponent(one: Asked['component'], other: Asked['component']): boolean {
  return (
    lower(one.name) === lower(other.name) &&
    one.instance === other.instance &&
    one.evse?.id === other.evse?.id &&
    one.evse?.connectorId === other.evse?.connectorId
  );
}

function isSameVariable(one: Asked['variable'], other: Asked['variable']): boolean {
  return lower(one.name) === lower(other.name) && one.instance === other.instance;
}

/** What is asked for, or why there is none. */
function find({ component: of, variable: what, attributeType }: Asked, controls: Controls): Placed | string {
  const ofComponent = placesOf(controls).filter((each) => isSameComponent(each.component, of));
  if (ofComponent.length === 0) return 'UnknownComponent';
  const found = ofComponent.find((each) => isSameVariable(each.variable, what));
  if (!found) return 'UnknownVariable';
  return (attributeType ?? 'Actual') === 'Actual' ? found : 'NotSupportedAttributeType';
}

function valueAt({ trait, component: of }: Placed, controls: Controls): string {
  return valueOf(trait, controls, of.evse?.id);
}

const v201: Record<string, Handler> = {
  GetVariables: handler(
    z.object({ getVariableData: z.array(asked).min(1) }),
    'FormatViolation',
    ({ getVariableData }, controls) => {
      if (getVariableData.length > MOST_VARIABLES) return tooMany('OccurrenceConstraintViolation');
      const getVariableResult = getVariableData.map((each) => {
        const found = find(each, controls);
        if (typeof found === 'string') return { ...each, attributeStatus: found };
        return { ...each, attributeStatus: 'Accepted', attributeValue: valueAt(found, controls) };
      });
      return { payload: { getVariableResult } };
    },
  ),
  SetVariables: handler(
    z.object({ setVariableData: z.array(asked.extend({ attributeValue: z.string() })).min(1) }),
    'FormatViolation',
    ({ setVariableData }, controls) => {
      if (setVariableData.length > MOST_VARIABLES) return tooMany('OccurrenceConstraintViolation');
      const setVariableResult = setVariableData.map(({ attributeValue, ...each }) => {
        const found = find(each, controls);
        const attributeStatus = typeof found === 'string' ? found : setValue(found.trait, attributeValue, controls);
        return { ...each, attributeStatus };
      });
      return { payload: { setVariableResult } };
    },
  ),
  GetBaseReport: handler(
    z.object({
      requestId: z.int(),
      reportBase: z.enum(['FullInventory', 'ConfigurationInventory', 'SummaryInventory']),
    }),
    'FormatViolation',
    ({ requestId, reportBase }, controls) =>
      report(
        requestId,
        placesOf(controls).filter(({ trait }) => IS_IN_BASE[reportBase](trait)),
        controls,
      ),
  ),
  GetReport: handler(
    z.object({
      requestId: z.int(),
      componentCriteria: z.array(z.enum(['Active', 'Available', 'Enabled', 'Problem'])).optional(),
      componentVariable: z.array(z.object({ component, variable: variable.optional() })).optional(),
    }),
    'FormatViolation',
    ({ requestId, componentCriteria, componentVariable }, controls) => {
      const all = placesOf(controls);
      const chosen = all.filter(
        (each) =>
          (componentCriteria?.some((criterion) => meets(each, { criterion, all, controls })) ?? true) &&
          (componentVariable?.some((wanted) => isWanted(each, wanted)) ?? true),
      );
      return report(requestId, chosen, controls);
    },
  ),
  SetNetworkProfile: handler(
    z.object({ configurationSlot: z.int(), connectionData: z.object({ securityProfile: z.int() }) }),
    'FormatViolation',
    ({ configurationSlot, connectionData }) =>
      statusOnly(configurationSlot <= 2 && connectionData.securityProfile > 0 ? 'Accepted' : 'Rejected'),
  ),
};

const IS_IN_BASE: Record<string, (trait: Trait) => boolean> & Record<BaseName, (trait: Trait) => boolean> = {
  FullInventory: () => true,
  ConfigurationInventory: (trait) => trait.isSet !== undefined,
  SummaryInventory: ({ at }) => at !== undefined && ['AvailabilityState', 'Available', 'Problem'].includes(at[1]),
};
type BaseName = 'FullInventory' | 'ConfigurationInventory' | 'SummaryInventory';

/** OCPP 2.0.1 B08.FR.07 to FR.10: a component that does not say so is active, available and enabled, and has no problem. */
function meets(placed: Placed, to: { criterion: string; all: readonly Placed[]; controls: Controls }): boolean {
  const { criterion, all, controls } = to;
  const said = all.find(
    (each) => isSameComponent(each.component, placed.component) && each.variable.name === criterion,
  );
  return said ? valueAt(said, controls) === 'true' : criterion !== 'Problem';
}

/** A component that names no EVSE means all of them. */
function isWanted(each: Placed, wanted: { component: Asked['component']; variable?: Asked['variable'] | undefined }) {
  const evse = wanted.component.evse ?? each.component.evse;
  const of = { ...wanted.component, ...(evse === undefined ? {} : { evse }) };
  if (!isSameComponent(each.component, of)) return false;
  return wanted.variable === undefined || isSameVariable(each.variable, wanted.variable);
}

const FIRST_PART_MS = SECOND;
const NEXT_PART_MS = SECOND / 2;

/** Accepts, and reports in parts, which take their time. */
function report(requestId: number, chosen: readonly Placed[], controls: Controls): Answer {
  if (chosen.length === 0) return statusOnly('EmptyResultSet');
  const parts = Math.ceil(chosen.length / MOST_VARIABLES);
  const tell = (seqNo: number) => {
    const reportData = chosen
      .slice(seqNo * MOST_VARIABLES, (seqNo + 1) * MOST_VARIABLES)
      .map((placed) => describe(placed, controls));
    const tbc = seqNo < parts - 1;
    const payload = { requestId, generatedAt: isoTime(controls.now()), seqNo, tbc, reportData };
    void controls.send({ action: 'NotifyReport', payload }, { isInstructed: true });
  };
  return statusOnly('Accepted', () => {
    for (let seqNo = 0; seqNo < parts; seqNo++) controls.after(FIRST_PART_MS + seqNo * NEXT_PART_MS, () => tell(seqNo));
  });
}

function describe(placed: Placed, controls: Controls) {
  const { type, unit, min, max, values, isSet } = placed.trait;
  return {
    component: placed.component,
    variable: placed.variable,
    variableAttribute: [
      {
        value: valueAt(placed, controls),
        mutability: isSet ? 'ReadWrite' : 'ReadOnly',
        persistent: isSet !== undefined,
      },
    ],
    variableCharacteristics: {
      dataType: type,
      supportsMonitoring: false,
      ...(unit === undefined ? {} : { unit }),
      ...(min === undefined ? {} : { minLimit: min }),
      ...(max === undefined ? {} : { maxLimit: max }),
      ...(values === undefined ? {} : { valuesList: values }),
    },
  };
}

/** The variables of a charger, in both versions. */
export const variables = { v16, v201 };
