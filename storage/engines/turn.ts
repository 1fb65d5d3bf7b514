/** Runs work one after another, in the order in which it was asked for. */
export type Turn = <T>(work: () => T | Promise<T>) => Promise<T>;

export function createTurn(): Turn {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = before.then(work);
    before = done.catch(() => {});
    return done;
  };
}
