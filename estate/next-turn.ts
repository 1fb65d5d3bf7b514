/** Lets the event loop do first what has waited: read all that has arrived, for one thing. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
