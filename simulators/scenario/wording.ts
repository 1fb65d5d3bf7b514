/** The known word that was probably meant, at most a third of it mistyped; null: none is that near. */
function nearest(word: string, known: readonly string[]): string | null {
  let found: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const each of known) {
    const distance = editDistance(word.toLowerCase(), each.toLowerCase());
    if (distance < least) [found, least] = [each, distance];
  }
  return found;
}

/** Letters to insert, delete, replace or swap with their neighbour until one word is the other (Damerau 1964). */
function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let last: number[] = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const now = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const replaced = (last[at - 1] ?? 0) + (one[row - 1] === other[at - 1] ? 0 : 1);
      const swapped =
        one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1] ? (before[at - 2] ?? 0) + 1 : Infinity;
      now.push(Math.min(replaced, swapped, (last[at] ?? 0) + 1, (now[at - 1] ?? 0) + 1));
    }
    [before, last] = [last, now];
  }
  return last[other.length] ?? 0;
}

/** `did you mean "cut"?`, or all that is known. */
export function suggestion(word: unknown, known: readonly string[]): string {
  const near = typeof word === 'string' ? nearest(word, known) : null;
  return near === null ? `${inWords(known)} is expected` : `did you mean "${near}"?`;
}

/** `a, b or c`. */
function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** With its full stop, unless it ends as a sentence already. */
export function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}
