import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandName } from '../api/contract.ts';
import { Field, Pick, Whole } from '../ui/field.tsx';
import { CommandFrame, EvsePick, evsesOf, type CommandFormProps } from './command-frame.tsx';

const MINIMUM_MINUTES = 1;
const MAXIMUM_MINUTES = 7 * 24 * 60;

/** The form of each command. */
export const COMMAND_FORMS: Record<CommandName, (props: CommandFormProps) => ReactNode> = {
  start: StartForm,
  stop: StopForm,
  limit: LimitForm,
  'clear-limit': ClearLimitForm,
  unlock: UnlockForm,
  reset: ResetForm,
  availability: AvailabilityForm,
};

function useEvse({ charger }: CommandFormProps) {
  const [evse, setEvse] = useState(evsesOf(charger)[0] ?? 1);
  return { charger, value: evse, onChange: setEvse };
}

function StartForm(props: CommandFormProps) {
  const { t } = useTranslation();
  const evse = useEvse(props);
  const [token, setToken] = useState('');
  const command = token === '' ? null : ({ command: 'start', token, evse: evse.value } as const);
  return (
    <CommandFrame {...props} name="start" lead={t('command.startLead')} command={command}>
      <EvsePick {...evse} />
      <Field
        label={t('command.token')}
        hint={t('command.tokenHint')}
        value={token}
        onChange={setToken}
        maxLength={36}
        isRequired
      />
    </CommandFrame>
  );
}

function StopForm(props: CommandFormProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(props.active[0]?.transaction ?? '');
  const session = props.active.find(({ transaction }) => transaction === chosen);
  const command = session ? ({ command: 'stop', transaction: session.transaction } as const) : null;
  const lead = session
    ? t('command.stopLead', { token: session.token ?? '–', evse: session.evse })
    : t('command.stopNone');
  return (
    <CommandFrame {...props} name="stop" lead={lead} command={command} isDangerous>
      {props.active.length > 1 && (
        <Pick
          label={t('command.evse')}
          options={props.active.map(({ transaction, evse }) => ({
            id: transaction,
            label: t('charger.evse', { evse }),
          }))}
          value={chosen}
          onChange={setChosen}
        />
      )}
    </CommandFrame>
  );
}

function LimitForm(props: CommandFormProps) {
  const { t } = useTranslation();
  const evse = useEvse(props);
  const [limitA, setLimitA] = useState(16);
  const [phases, setPhases] = useState('3');
  const [minutes, setMinutes] = useState(30);
  const session = props.active.find((one) => one.evse === evse.value);
  const isComplete = Number.isFinite(limitA) && Number.isFinite(minutes);
  const command = {
    command: 'limit',
    evse: evse.value,
    limitA,
    phases: Number(phases),
    durationS: minutes * 60,
    ...(session ? { transaction: session.transaction } : {}),
  } as const;
  return (
    <CommandFrame {...props} name="limit" lead={t('command.limitLead')} command={isComplete ? command : null}>
      <EvsePick {...evse} />
      <Whole
        label={t('command.limitA')}
        hint={t('command.limitHint')}
        value={limitA}
        onChange={setLimitA}
        minValue={0}
        maxValue={1000}
      />
      <Pick
        label={t('command.phases')}
        options={[
          { id: '3', label: '3' },
          { id: '1', label: '1' },
        ]}
        value={phases}
        onChange={setPhases}
      />
      <Whole
        label={t('command.minutes')}
        value={minutes}
        onChange={setMinutes}
        minValue={MINIMUM_MINUTES}
        maxValue={MAXIMUM_MINUTES}
      />
    </CommandFrame>
  );
}

function ClearLimitForm(props: CommandFormProps) {
  const { t } = useTranslation();
  const evse = useEvse(props);
  const command = { command: 'clear-limit', evse: evse.value } as const;
  return (
    <CommandFrame {...props} name="clear-limit" lead={t('command.clear-limitLead')} command={command}>
      <EvsePick {...evse} />
    </CommandFrame>
  );
}

function UnlockForm(props: CommandFormProps) {
  const { t } = useTranslation();
  const places = props.charger.connectors.filter(({ evse }) => evse > 0);
  const known =
    places.length > 0 ? places.map(({ evse, connector }) => ({ evse, connector })) : [{ evse: 1, connector: 1 }];
  const [chosen, setChosen] = useState(0);
  const { evse, connector } = known[chosen] ?? { evse: 1, connector: 1 };
  return (
    <CommandFrame
      {...props}
      name="unlock"
      lead={t('command.unlockLead')}
      command={{ command: 'unlock', evse, connector }}
      isDangerous
    >
      <Pick
        label={t('charger.connectors')}
        options={known.map((place, i) => ({ id: String(i), label: t('charger.evseConnector', place) }))}
        value={String(chosen)}
        onChange={(index) => setChosen(Number(index))}
      />
    </CommandFrame>
  );
}

function ResetForm(props: CommandFormProps) {
  const { t } = useTranslation();
  const [type, setType] = useState<'soft' | 'hard'>('soft');
  return (
    <CommandFrame
      {...props}
      name="reset"
      lead={t('command.resetLead')}
      command={{ command: 'reset', type }}
      isDangerous
    >
      <Pick
        label={t('command.resetType')}
        options={[
          { id: 'soft', label: t('command.resetSoft') },
          { id: 'hard', label: t('command.resetHard') },
        ]}
        value={type}
        onChange={setType}
      />
    </CommandFrame>
  );
}

function AvailabilityForm(props: CommandFormProps) {
  const { t } = useTranslation();
  const [evse, setEvse] = useState(0);
  const [operative, setOperative] = useState<'yes' | 'no'>('no');
  const command = { command: 'availability', evse, operative: operative === 'yes' } as const;
  return (
    <CommandFrame {...props} name="availability" lead={t('command.availabilityLead')} command={command}>
      <EvsePick charger={props.charger} value={evse} onChange={setEvse} withStation />
      <Pick
        label={t('command.availability')}
        options={[
          { id: 'no', label: t('command.inoperative') },
          { id: 'yes', label: t('command.operative') },
        ]}
        value={operative}
        onChange={setOperative}
      />
    </CommandFrame>
  );
}
