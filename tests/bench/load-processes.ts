import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a load process can be told to do, by name, and what it answers with. */
type OrderBook<Orders> = { [Name in keyof Orders]: { order: object; report: object } };

/** A process of its own that takes one order after another and answers each with a report. */
export interface LoadProcess<Orders extends OrderBook<Orders>> extends Disposable {
  tell<Name extends keyof Orders>(name: Name, order: Orders[Name]['order']): Promise<Orders[Name]['report']>;
}

/** @param file what the process runs; it ends with `obey`. */
export function startLoadProcess<Orders extends OrderBook<Orders>>(file: URL): LoadProcess<Orders> {
  const child = fork(fileURLToPath(file));
  return {
    async tell<Name extends keyof Orders>(name: Name, order: Orders[Name]['order']) {
      const reported = once(child, 'message');
      child.send({ name, order });
      const [report] = (await reported) as [Orders[Name]['report']];
      return report;
    },
    [Symbol.dispose]: () => void child.kill(),
  };
}

/** Which of all clients a process holds. */
export interface Share {
  first: number;
  count: number;
}

/** Several load processes that take orders together, each for its share of the clients. */
export interface LoadProcesses<Orders extends OrderBook<Orders>> extends Disposable {
  readonly count: number;
  tellAll<Name extends keyof Orders>(
    name: Name,
    orderOf: (share: Share) => Orders[Name]['order'],
  ): Promise<Orders[Name]['report'][]>;
}

export function startLoadProcesses<Orders extends OrderBook<Orders>>(
  file: URL,
  { clients, processes, first = 0 }: { clients: number; processes: number; first?: number },
): LoadProcesses<Orders> {
  const count = Math.min(processes, clients);
  const bounds = Array.from({ length: count + 1 }, (_, index) => Math.floor((clients * index) / count));
  const members = bounds.slice(1).map((to, index) => {
    const from = bounds[index] ?? 0;
    return { process: startLoadProcess<Orders>(file), share: { first: first + from, count: to - from } };
  });
  return {
    count,
    tellAll: (name, orderOf) => Promise.all(members.map((one) => one.process.tell(name, orderOf(one.share)))),
    [Symbol.dispose]: () => members.forEach((one) => one.process[Symbol.dispose]()),
  };
}

/** How a load process does what it can be told. */
export type Handlers<Orders extends OrderBook<Orders>> = {
  [Name in keyof Orders]: (order: Orders[Name]['order']) => Promise<Orders[Name]['report']>;
};

/** Within a load process: does as it is told, until whoever tells it is gone. */
export function obey<Orders extends OrderBook<Orders>>(handlers: Handlers<Orders>): void {
  process.on('message', async <Name extends keyof Orders>(told: { name: Name; order: Orders[Name]['order'] }) => {
    process.send?.(await handlers[told.name](told.order));
  });
  process.on('disconnect', () => process.exit());
}
