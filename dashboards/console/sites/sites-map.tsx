import { Canvas, control, map as createMap, type LatLngTuple, type Map as LeafletMap } from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Site, SiteState } from '../api/contract.ts';
import { colourOf, useColours } from '../ui/colour.ts';
import { drawGround, layGround, legibleTowns } from './ground.ts';
import { SiteMark, type SiteMarkOptions } from './site-mark.ts';

const ITALY_BOUNDS: [LatLngTuple, LatLngTuple] = [
  [36.4, 6.6],
  [47.1, 18.6],
];
const CLOSEST_ZOOM = 12;
const MANY = 250;

export interface SitesMapProps {
  sites: readonly Site[];
  /** The site that is pointed at in the list. */
  pointed: string | null;
  onOpen: (site: string) => void;
}

/** The sites on a map that needs no internet. Everything it says is in the list too. */
export function SitesMap({ sites, pointed, onOpen }: SitesMapProps) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const map = useMap(place);
  const open = useRef(onOpen);
  useEffect(() => {
    open.current = onOpen;
  }, [onOpen]);
  const marks = useMarks(map, sites, open);
  useEffect(() => {
    const mark = pointed === null ? undefined : marks.get(pointed);
    mark?.bringToFront().setRadius(12).openTooltip();
    return () => void mark?.setRadius(radiusFor(sites.length)).closeTooltip();
  }, [marks, pointed, sites.length]);
  return <div ref={place} className="map" role="region" aria-label={t('sites.mapLabel')} />;
}

function useMap(place: RefObject<HTMLDivElement | null>): LeafletMap | null {
  const [map, setMap] = useState<LeafletMap | null>(null);
  useEffect(() => {
    if (!place.current) return;
    const made = createMap(place.current, {
      renderer: new Canvas({ padding: 0.5, tolerance: 6 }),
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.25,
      minZoom: 4.5,
      maxZoom: CLOSEST_ZOOM,
      maxBounds: [
        [33, 1],
        [50, 24],
      ],
    });
    control.zoom({ position: 'topright' }).addTo(made);
    layGround(made);
    made.fitBounds(ITALY_BOUNDS);
    const resized = new ResizeObserver(() => made.invalidateSize());
    resized.observe(place.current);
    setMap(made);
    return () => {
      resized.disconnect();
      made.remove();
    };
  }, [place]);
  return map;
}

function useMarks(map: LeafletMap | null, sites: readonly Site[], open: RefObject<(site: string) => void>) {
  const { t } = useTranslation();
  const colours = useColours();
  const marks = useMemo(() => new Map<string, SiteMark>(), [map]);
  const towns = legibleTowns(sites).join();
  useEffect(() => {
    if (!map) return;
    const ground = drawGround(towns.split(',')).addTo(map);
    return () => void ground.remove();
  }, [map, colours, towns]);
  useEffect(() => {
    if (!map) return;
    const edge = colourOf('surface');
    const fills = fillColours();
    // Better ones first, so that the worst lie on top.
    for (const site of sites.toReversed()) {
      const style = {
        color: edge,
        state: site.state,
        fillColor: fills[site.state],
        radius: radiusFor(sites.length),
      };
      const known = marks.get(site.id);
      if (known) known.setStyle(style).setTooltipContent(tip(site));
      else addMark(site, style);
    }
    const shown = new Set(sites.map(({ id }) => id));
    for (const [id, mark] of marks) {
      if (shown.has(id)) continue;
      mark.remove();
      marks.delete(id);
    }

    function tip({ name, state }: Site): string {
      return escaped(`${name} · ${t(`siteState.${state}`)}`);
    }

    function addMark(site: Site, options: SiteMarkOptions) {
      const { id, latitude, longitude } = site;
      if (!map || latitude === null || longitude === null) return;
      const mark = new SiteMark([latitude, longitude], options);
      mark.bindTooltip(tip(site), { direction: 'top', offset: [0, -8], className: 'map-tip' });
      mark.on('click', () => open.current(id));
      marks.set(id, mark.addTo(map));
    }
  }, [map, marks, sites, colours, open, t]);
  return marks;
}

function radiusFor(count: number): number {
  return count > MANY ? 5 : 8;
}

/** The colour of each state now; asked once for all sites, for each asking makes the browser compute styles. */
function fillColours(): Record<SiteState, string> {
  const offline = colourOf('offline');
  return {
    alarm: colourOf('alarm'),
    offline,
    unknown: offline,
    charging: colourOf('charging'),
    ok: colourOf('ok'),
  };
}

/** Leaflet takes a tooltip as HTML; names come from people. */
function escaped(text: string): string {
  const safe = document.createElement('span');
  safe.textContent = text;
  return safe.innerHTML;
}
