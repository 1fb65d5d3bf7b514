import { useTranslation } from 'react-i18next';
import type { CommandOutcome } from '#estate/command.ts';
import type { CommandName, CommandResult } from '../api/contract.ts';
import { useAdvice } from '../ui/feedback.tsx';
import { Json } from '../ui/json.tsx';
import { Badge, type Tone } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';

/** A command that was sent on this page, with what came of it: the charger's answer, or why it did not get there. */
export interface Answered {
  at: number;
  command: CommandName;
  result: CommandResult | null;
  error: Error | null;
}

const TONES: Record<CommandOutcome, Tone> = {
  accepted: 'ok',
  rejected: 'alarm',
  failed: 'alarm',
  'timed-out': 'warning',
  expired: 'warning',
  unknown: 'warning',
};

/** What the charger answered, newest first. */
export function Answers({ answers }: { answers: readonly Answered[] }) {
  const { t } = useTranslation();
  return (
    <div className="answers" role="log" aria-label={t('command.answers')}>
      {answers.length > 0 && <h3>{t('command.answers')}</h3>}
      <ul>
        {answers.map((answered) => (
          <li key={answered.at} className="answered">
            <p className="answered-head">
              <strong>{t(`command.${answered.command}`)}</strong>
              {answered.result && <Outcome outcome={answered.result.outcome} />}
              <span className="small muted">
                <Ago at={answered.at} />
              </span>
            </p>
            {answered.error && <Reason error={answered.error} />}
            {answered.result && <Response response={answered.result.response} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Outcome({ outcome }: { outcome: CommandOutcome }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[outcome]}>{t(`command.outcome.${outcome}`)}</Badge>;
}

function Reason({ error }: { error: Error }) {
  const advice = useAdvice(error);
  return <p className="field-error">{advice}</p>;
}

function Response({ response }: { response: unknown }) {
  const { t } = useTranslation();
  if (response === null || response === undefined) return <p className="small muted">{t('command.noResponse')}</p>;
  return <Json value={response} label={t('command.showAnswer')} />;
}
