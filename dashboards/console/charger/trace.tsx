import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Checkbox } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { TracedMessage } from '../api/contract.ts';
import { messagesQuery } from '../api/queries.ts';
import { clockTimeWithSeconds, exactTime } from '../format/time.ts';
import { Answer } from '../ui/answer.tsx';
import { Empty } from '../ui/feedback.tsx';
import { Search } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Json } from '../ui/json.tsx';
import { More } from '../ui/more.tsx';
import { Badge } from '../ui/state.tsx';
import { useLocale } from '../ui/use-locale.ts';
import { actionOf, isFromCharger, pairExchanges, positionOf, type Exchange } from './exchanges.ts';

/** Every OCPP message of the charger, each call with its answer, newest first. */
export function Trace({ charger }: { charger: string }) {
  const { t } = useTranslation();
  const messages = useInfiniteQuery(messagesQuery(charger));
  const [sought, setSought] = useState('');
  const [quiet, setQuiet] = useState(false);
  return (
    <Answer to={messages}>
      {(all) => {
        if (all.length === 0) {
          return <Empty icon="message" title={t('charger.noMessages')} hint={t('charger.noMessagesHint')} />;
        }
        const shown = pairExchanges(all).filter(
          (exchange) => isSought(exchange, sought) && !(quiet && actionOf(exchange) === 'Heartbeat'),
        );
        return (
          <>
            <div className="trace-tools">
              <Search
                label={t('charger.filterAction')}
                hint={t('charger.filterAction')}
                clear={t('sites.clear')}
                value={sought}
                onChange={setSought}
              />
              <Quiet isSelected={quiet} onChange={setQuiet} />
            </div>
            <ul className="trace">
              {shown.map((exchange) => (
                <Row key={positionOf(exchange)} exchange={exchange} />
              ))}
            </ul>
            <More of={messages}>{t('charger.older')}</More>
          </>
        );
      }}
    </Answer>
  );
}

function isSought(exchange: Exchange, sought: string): boolean {
  return (actionOf(exchange) ?? '').toLowerCase().includes(sought.trim().toLowerCase());
}

function Quiet(props: { isSelected: boolean; onChange: (quiet: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <Checkbox className="check" {...props}>
      <span className="check-box">
        <Icon name="check" />
      </span>
      {t('charger.heartbeats')}
    </Checkbox>
  );
}

function Row({ exchange }: { exchange: Exchange }) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const { call, answer } = exchange;
  const first = call ?? answer;
  if (!first) return null;
  const inward = isFromCharger(exchange);
  const atMs = Date.parse(first.at);
  return (
    <li>
      <details className="exchange">
        <summary>
          <span
            className="exchange-way"
            data-inward={inward}
            title={t(inward ? 'charger.fromCharger' : 'charger.toCharger')}
          >
            <Icon name={inward ? 'arrowIn' : 'arrowOut'} />
            <span className="visually-hidden">{t(inward ? 'charger.fromCharger' : 'charger.toCharger')}: </span>
          </span>
          <span className="exchange-action">{actionOf(exchange) ?? <code>{first.frame.slice(0, 80)}</code>}</span>
          <Outcome exchange={exchange} />
          <time className="exchange-time" dateTime={first.at} title={exactTime(atMs, locale)}>
            {clockTimeWithSeconds(atMs, locale)}
          </time>
        </summary>
        <div className="exchange-body">
          {call && <Side title={t('charger.request')} message={call} />}
          {answer && <Side title={t('charger.answer')} message={answer} />}
        </div>
      </details>
    </li>
  );
}

function Outcome({ exchange: { call, answer } }: { exchange: Exchange }) {
  const { t } = useTranslation();
  if (call?.kind === 'malformed') return <Badge tone="alarm">{t('charger.malformed')}</Badge>;
  if (!answer) return <span className="small muted">{t('charger.noAnswer')}</span>;
  return (
    <span className="exchange-outcome">
      {!call && <span className="small muted">{t('charger.answerOnly')}</span>}
      {answer.kind === 'error' && <Badge tone="alarm">{t('charger.answeredError')}</Badge>}
      {answer.latencyMs !== null && <span className="small muted">{Math.round(answer.latencyMs)} ms</span>}
    </span>
  );
}

function Side({ title, message }: { title: string; message: TracedMessage }) {
  return (
    <div>
      <p className="small muted exchange-side">
        {title}
        <span className="mono">{message.messageId}</span>
      </p>
      <Json value={message.payload ?? message.frame} label={title} />
    </div>
  );
}
