import { Worker, parentPort, workerData } from 'node:worker_threads';
import { PolisError, messageOf, type ErrorCode } from '#estate/errors.ts';

/** A worker thread that owns one store and answers each question once. */
export interface Thread<Question, Answer> {
  /**
   * @throws PolisError as the thread threw it; `unavailable` when the thread is gone; `internal` when the question cannot
   *   cross to it (see `neverLeft`), or an answer cannot cross back.
   */
  ask(question: Question): Promise<Answer>;
  /** Waits for the answers under way, then lets the thread close its store and end. */
  close(): Promise<void>;
}

type Message<Question> = { id: number; question: Question } | 'close';
type Reply<Answer> = 'ready' | { id: number; answer: Answer } | { id: number; error: CarriedError };

/** What a thread of records does lives for one small batch: more room for young objects would only be memory held. */
const YOUNG_MB = 8;

/** An error in a form that crosses a thread. */
export interface CarriedError {
  code: ErrorCode;
  message: string;
  details: Record<string, unknown>;
}

/** A PolisError as it is; anything else is a defect of ours, with the place it came from. */
export function carry(error: unknown): CarriedError {
  if (error instanceof PolisError) return { code: error.code, message: error.message, details: error.details };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message, details: {} };
}

export function uncarry({ code, message, details }: CarriedError): PolisError {
  return new PolisError(code, message, { details });
}

/**
 * Starts a worker thread and waits until it has opened its store.
 *
 * @param store what the thread keeps, for error messages: `The SQLite store /data/records.db`.
 * @param youngMb room for young objects, MB: where batches are larger than that, collecting them takes most of the time.
 * @throws PolisError `unavailable` when the store cannot be opened.
 */
export async function openThread<Question, Answer>(
  file: URL,
  { store, input, youngMb = YOUNG_MB }: { store: string; input: unknown; youngMb?: number },
): Promise<Thread<Question, Answer>> {
  const worker = new Worker(file, { workerData: input, resourceLimits: { maxYoungGenerationSizeMb: youngMb } });
  const waiting = createWaiting<Answer>();
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let gone: PolisError | null = null;
  let failed: unknown = null;

  const end = (reason: string) => {
    gone ??= new PolisError('unavailable', `${store} ${reason}`);
    waiting.failAll(gone);
    opened.reject(gone);
  };
  worker.on('message', (reply: Reply<Answer>) => (reply === 'ready' ? opened.resolve() : waiting.answered(reply)));
  worker.on('messageerror', (error) => {
    // Whose answer it was cannot be told: nobody is to wait for it for ever.
    waiting.failAll(new PolisError('internal', `${store} gave an answer that cannot be read: ${messageOf(error)}`));
  });
  worker.on('error', (error) => {
    failed = error;
    end(`failed: ${messageOf(error)}`);
  });
  worker.on('exit', () => (end('is closed.'), ended.resolve()));
  // A thread that fails still holds its file until it has ended.
  await opened.promise.catch((error: unknown) => ended.promise.then(() => Promise.reject(error)));

  return {
    async ask(question) {
      if (gone) throw gone;
      return waiting.forAnswer((id) => worker.postMessage({ id, question } satisfies Message<Question>));
    },
    async close() {
      const before = gone;
      if (!before) worker.postMessage('close' satisfies Message<Question>);
      await ended.promise;
      if (!before && failed) throw new PolisError('unavailable', `${store} did not close well: ${messageOf(failed)}`);
    },
  };
}

/** Questions that are under way to a thread. */
function createWaiting<Answer>() {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let lastId = 0;
  return {
    /** Posts a question, and resolves with its answer. */
    forAnswer(post: (id: number) => void): Promise<Answer> {
      const id = ++lastId;
      try {
        post(id);
      } catch (error) {
        const details = { left: false };
        throw new PolisError('internal', `What was asked cannot cross to a thread: ${messageOf(error)}`, { details });
      }
      const asked = Promise.withResolvers<Answer>();
      waiting.set(id, asked);
      return asked.promise;
    },
    answered(reply: Exclude<Reply<Answer>, 'ready'>): void {
      const asked = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('error' in reply) asked?.reject(uncarry(reply.error));
      else asked?.resolve(reply.answer);
    },
    failAll(error: PolisError): void {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };
}

/** Whether a question could not cross to its thread: nothing of it was done. */
export function neverLeft(error: unknown): boolean {
  return error instanceof PolisError && error.details['left'] === false;
}

/** What a thread was started with. */
export function threadInput<Input>(): Input {
  return workerData as Input;
}

/** The thread's side: says that the store is open, answers until it is told to close, and ends. */
export function answerQuestions<Question, Answer>(
  answer: (question: Question) => Promise<Answer>,
  close: () => void | Promise<void>,
): void {
  const port = parentPort;
  if (!port) throw new PolisError('internal', 'This file runs as a worker thread only.');
  const underWay = new Set<Promise<void>>();
  const reply = async (id: number, question: Question) => {
    try {
      port.postMessage({ id, answer: await answer(question) } satisfies Reply<Answer>);
    } catch (error) {
      port.postMessage({ id, error: carry(error) } satisfies Reply<Answer>);
    }
  };
  const finish = async () => {
    await Promise.all(underWay);
    await close();
    port.close();
  };
  port.on('message', (message: Message<Question>) => {
    if (message === 'close') return void finish();
    const replied = reply(message.id, message.question).finally(() => underWay.delete(replied));
    underWay.add(replied);
  });
  port.postMessage('ready' satisfies Reply<Answer>);
}
