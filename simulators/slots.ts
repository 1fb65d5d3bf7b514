/** A bounded number of places, given first come first served. */
export interface Slots {
  /** Resolves with the way to give the place back; giving it back twice does nothing. */
  take(): Promise<() => void>;
}

export function createSlots(places: number): Slots {
  const queue: (() => void)[] = [];
  let taken = 0;
  const release = () => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = queue.shift();
      if (next) next();
      else taken -= 1;
    };
  };
  return {
    async take() {
      if (taken < places) taken += 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
      return release();
    },
  };
}
