/** Lets so much through at a time; the rest waits in its order. */
export interface Gate {
  /** Does the work when there is room for it, and resolves as it does. What is larger than all the room goes alone. */
  through<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

export function createGate(mostBytes: number): Gate {
  const waiting: { bytes: number; enter: () => void }[] = [];
  let inside = 0;
  const admit = () => {
    for (let next = waiting[0]; next && (inside === 0 || inside + next.bytes <= mostBytes); next = waiting[0]) {
      waiting.shift();
      inside += next.bytes;
      next.enter();
    }
  };
  return {
    async through(bytes, work) {
      const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
      waiting.push({ bytes, enter });
      admit();
      await entered;
      try {
        return await work();
      } finally {
        inside -= bytes;
        admit();
      }
    },
  };
}
