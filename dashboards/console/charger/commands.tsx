import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { pathTo, send } from '../api/client.ts';
import {
  COMMANDS,
  type Charger,
  type ChargerCommand,
  type CommandName,
  type CommandResult,
  type Session,
} from '../api/contract.ts';
import { meQuery } from '../api/queries.ts';
import { mayOperate } from '../app/may.ts';
import { Card } from '../ui/card.tsx';
import { Ask } from '../ui/dialog.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Answers, type Answered } from './answers.tsx';
import { COMMAND_FORMS } from './command-forms.tsx';

const ICONS: Record<CommandName, IconName> = {
  start: 'bolt',
  stop: 'stop',
  limit: 'gauge',
  'clear-limit': 'close',
  unlock: 'lock',
  reset: 'restart',
  availability: 'power',
};

/** What can be asked of the charger, and what it answered. */
export function Commands({ charger, active }: { charger: Charger; active: readonly Session[] }) {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  const [asked, setAsked] = useState<CommandName | null>(null);
  const [answers, setAnswers] = useState<Answered[]>([]);
  const sending = useSending(charger.id, (answered) => {
    setAnswers((before) => [answered, ...before]);
    setAsked(null);
  });
  const Form = asked && COMMAND_FORMS[asked];
  const mayNot = me.data ? !mayOperate(me.data.role) : false;
  const close = () => setAsked(null);
  return (
    <Card title={t('command.title')}>
      {(mayNot || !charger.online) && (
        <p className="small muted commands-why">{t(mayNot ? 'command.needOperator' : 'command.needOnline')}</p>
      )}
      <div className="commands">
        {COMMANDS.map((name) => (
          <Button
            key={name}
            className="button button-small"
            isDisabled={mayNot || !charger.online || (name === 'stop' && active.length === 0)}
            onPress={() => setAsked(name)}
          >
            <Icon name={ICONS[name]} />
            {t(`command.${name}`)}
          </Button>
        ))}
      </div>
      <Answers answers={answers} />
      {asked && Form && (
        <Ask title={t(`command.${asked}`)} isOpen onClose={close}>
          <Form
            charger={charger}
            active={active}
            isSending={sending.isPending}
            onSend={sending.mutate}
            onCancel={close}
          />
        </Ask>
      )}
    </Card>
  );
}

/** Sends a command; what comes of it, an error too, is told once. */
function useSending(charger: string, onAnswered: (answered: Answered) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (command: ChargerCommand) =>
      send<CommandResult>('POST', pathTo(['chargers', charger, 'commands']), command),
    onSuccess: (result, { command }) => onAnswered({ at: Date.now(), command, result, error: null }),
    onError: (error, { command }) => onAnswered({ at: Date.now(), command, result: null, error }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['messages', charger] });
      void client.invalidateQueries({ queryKey: ['charger', charger] });
      void client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
}
