import type { FormEvent, ReactNode } from 'react';
import { Button, Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Charger, ChargerCommand, CommandName, Session } from '../api/contract.ts';
import { Pick } from '../ui/field.tsx';

/** What every command's form is given, and what it does when it is confirmed. */
export interface CommandFormProps {
  charger: Charger;
  /** The sessions that run on it. */
  active: readonly Session[];
  isSending: boolean;
  onSend: (command: ChargerCommand) => void;
  onCancel: () => void;
}

/** The frame of a command's form: what it will do, its fields, send and cancel. */
export function CommandFrame(
  props: Omit<CommandFormProps, 'charger' | 'active'> & {
    name: CommandName;
    lead: string;
    /** What is sent; null while it cannot be. */
    command: ChargerCommand | null;
    isDangerous?: boolean;
    children?: ReactNode;
  },
) {
  const { t } = useTranslation();
  const { command, onSend } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (command) onSend(command);
  };
  return (
    <Form onSubmit={submit}>
      <p className="muted">{props.lead}</p>
      {props.children}
      <div className="dialog-actions">
        <Button className="button" onPress={props.onCancel}>
          {t('command.cancel')}
        </Button>
        <Button
          type="submit"
          className={`button ${props.isDangerous ? 'button-danger' : 'button-primary'}`}
          isDisabled={command === null || props.isSending}
        >
          {props.isSending ? t('command.sending') : t(`command.${props.name}`)}
        </Button>
      </div>
    </Form>
  );
}

/** The EVSE that a command is for; the whole charger too where that makes sense. */
export function EvsePick(props: {
  charger: Charger;
  value: number;
  onChange: (evse: number) => void;
  withStation?: boolean;
}) {
  const { t } = useTranslation();
  const options = evsesOf(props.charger).map((evse) => ({ id: String(evse), label: t('charger.evse', { evse }) }));
  return (
    <Pick
      label={t('command.evse')}
      options={props.withStation ? [{ id: '0', label: t('charger.station') }, ...options] : options}
      value={String(props.value)}
      onChange={(evse) => props.onChange(Number(evse))}
    />
  );
}

/** The EVSEs that a charger has reported; one that has reported none has at least one. */
export function evsesOf(charger: Charger): number[] {
  const evses = [...new Set(charger.connectors.map(({ evse }) => evse))].filter((evse) => evse > 0);
  return evses.length > 0 ? evses.toSorted((a, b) => a - b) : [1];
}
