import { useEffect, useState } from 'react';

/** The value that a colour of tokens.css has now: canvases know no CSS variables. */
export function colourOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** A number that changes whenever the colours do: what is drawn on a canvas is then drawn anew. */
export function useColours(): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const changed = () => setTurn((before) => before + 1);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', changed);
    globalThis.addEventListener('theme', changed);
    return () => {
      scheme.removeEventListener('change', changed);
      globalThis.removeEventListener('theme', changed);
    };
  }, []);
  return turn;
}
