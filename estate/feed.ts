/** A one-way stream of values inside the process: those who listen hear what is published from then on. */
export interface Feed<T> {
  /** Calls back for each value until the returned function is called. */
  listen(heard: (value: T) => void): () => void;
}

export interface Publisher<T> extends Feed<T> {
  publish(value: T): void;
}

/**
 * A feed with its publisher. A listener that throws is handed to `onError` and harms neither the publisher nor the other
 * listeners.
 */
export function createFeed<T>(onError: (error: unknown) => void): Publisher<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    listen(heard) {
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
    publish(value) {
      for (const heard of listeners) {
        try {
          heard(value);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
