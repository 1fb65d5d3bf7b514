import type { TracedMessage } from '../api/contract.ts';

/** A call with its answer, as far as both are in the trace; one of the two is always there. */
export interface Exchange {
  call: TracedMessage | null;
  answer: TracedMessage | null;
}

/**
 * Puts each answer with its call: the last one before it in the other direction with the same id. What is malformed
 * stands alone. The order of the calls stays; newest first as the API gives them.
 */
export function pairExchanges(newestFirst: readonly TracedMessage[]): Exchange[] {
  const exchanges: Exchange[] = [];
  const waiting = new Map<string, Exchange>();
  for (const message of newestFirst) {
    const isAnswer = message.kind === 'result' || message.kind === 'error';
    const exchange: Exchange = isAnswer ? { call: null, answer: message } : { call: message, answer: null };
    const caller = isAnswer === (message.direction === 'out') ? 'charger' : 'platform';
    const key = `${caller} ${message.messageId}`;
    const answered = message.kind === 'call' ? waiting.get(key) : undefined;
    if (answered) {
      answered.call = message;
      waiting.delete(key);
      continue;
    }
    if (isAnswer) waiting.set(key, exchange);
    exchanges.push(exchange);
  }
  return exchanges.toSorted((a, b) => positionOf(b) - positionOf(a));
}

/** Where it stands in the trace: where it was asked, if that is known. */
export function positionOf({ call, answer }: Exchange): number {
  return call?.position ?? answer?.position ?? 0;
}

/** Who asked. */
export function isFromCharger({ call, answer }: Exchange): boolean {
  return call ? call.direction === 'in' : answer?.direction === 'out';
}

/** What was asked; of a malformed message nothing is known. */
export function actionOf({ call, answer }: Exchange): string | null {
  return call?.action ?? answer?.action ?? null;
}
