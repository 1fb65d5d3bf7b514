/** Line drawings on a grid of 24, drawn for this console. */
const DRAWINGS = {
  alarm: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 22h4',
  arrowIn: 'M19 12H5m6-6-6 6 6 6',
  arrowOut: 'M5 12h14m-6-6 6 6-6 6',
  bolt: 'M13 3 5 14h6l-1 7 8-11h-6z',
  building: 'M5 21V5l8-2v18M13 9l6 2v10M3 21h18M8 8h2M8 12h2M8 16h2M16 14h.5M16 17.5h.5',
  car: 'M4 16v-3l2-5.5A2 2 0 0 1 7.9 6h8.200a2 2 0 0 1 1.9 1.500l2 5.500v3a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM4.5 13h15M6.5 17v2M17.5 17v2M7.5 15h1M15.5 15h1',
  check: 'm5 13 4.5 4.500L19 7',
  chevron: 'm9 6 6 6-6 6',
  close: 'm6 6 12 12M18 6 6 18',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  gauge: 'M4 18a9 9 0 1 1 16 0M12 15l4-5',
  grid: 'M9 3h6l3 18M9 3 6 21M7.5 9h9M8.2 6h7.600M7 14l9.5-5M17 14 7.5 9M6.3 19l10.7-5M17.7 19 7 14',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  lock: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 5.8-1',
  map: 'M12 21s-6.5-5.7-6.5-11a6.5 6.5 0 0 1 13 0C18.5 15.3 12 21 12 21zM12 12.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  message: 'M4 5h16v11H9l-5 4z',
  plug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
  power: 'M12 3v8M7 6.500a7.5 7.5 0 1 0 10 0',
  question: 'M9 9.500a3 3 0 1 1 4.5 2.600c-1 .6-1.5 1.2-1.5 2.400M12 18h.01',
  restart: 'M19 12a7 7 0 1 1-2.5-5.400M19 3v4.500h-4.5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
  session: 'M5 4h14v17l-3.5-2-3.5 2-3.5-2L5 21zM9 9h6M9 13h6',
  stop: 'M7 7h10v10H7z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4',
  thermometer: 'M10 14V5a2 2 0 0 1 4 0v9a4 4 0 1 1-4 0zM12 17v-7',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 21a7.5 7.5 0 0 1 15 0',
  warning: 'M12 4 2.5 20h19zM12 10v4.500M12 17.500h.01',
} as const;

export type IconName = keyof typeof DRAWINGS;

/** A decoration: what it means is always said in text beside it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={DRAWINGS[name]} />
    </svg>
  );
}
