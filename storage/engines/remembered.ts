/** Far more names than an estate has. */
const MOST = 200_000;

/**
 * A function of a name that remembers what it answered: the same few names come with every reading. It forgets all when
 * it knows too many, so that made-up names cannot fill the memory.
 */
export function remembered<Answer>(work: (name: string) => Answer): (name: string) => Answer {
  const known = new Map<string, Answer>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const answer = work(name);
    if (known.size >= MOST) known.clear();
    known.set(name, answer);
    return answer;
  };
}
