import {
  Canvas,
  circle,
  divIcon,
  layerGroup,
  marker,
  polygon,
  polyline,
  type LayerGroup,
  type Map as LeafletMap,
} from 'leaflet';
import type { Site } from '../api/contract.ts';
import { colourOf } from '../ui/colour.ts';
import { ISLETS, ITALY, LANDMARKS } from './italy.ts';

const ISLET_RADIUS_M = 4_000;
const FAR_LATITUDES = [34, 36, 38, 40, 42, 44, 46, 48];
const FAR_LONGITUDES = [4, 6, 8, 10, 12, 14, 16, 18, 20];

const GROUND = 'ground';
const TOWNS = 'towns';

/** Makes the map's two lowest panes: the sites' marks are above both. */
export function layGround(map: LeafletMap): void {
  map.createPane(GROUND).style.zIndex = '200';
  map.createPane(TOWNS).style.zIndex = '300';
}

/** A town's name is about so wide and high on the map of the whole country, from its middle to a site's mark, degrees. */
const NAME_LATITUDE = 0.27;
const NAME_LONGITUDE = 0.8;

/** The towns whose names no site's mark covers. */
export function legibleTowns(sites: readonly Pick<Site, 'latitude' | 'longitude'>[]): string[] {
  const covers = ({ latitude, longitude }: Pick<Site, 'latitude' | 'longitude'>, [north, east]: [number, number]) =>
    Math.abs((latitude ?? 0) - north) < NAME_LATITUDE && Math.abs((longitude ?? 0) - east) < NAME_LONGITUDE;
  return LANDMARKS.filter(({ at }) => !sites.some((site) => covers(site, at))).map(({ name }) => name);
}

/** What the map's sites stand on: degrees, the country's outline and the given towns. It needs no network. */
export function drawGround(towns: readonly string[]): LayerGroup {
  const renderer = new Canvas({ pane: GROUND, padding: 0.5 });
  const line = { renderer, color: colourOf('coast'), weight: 1, opacity: 0.28, interactive: false };
  const land = {
    renderer,
    color: colourOf('coast'),
    weight: 1.2,
    fillColor: colourOf('land'),
    fillOpacity: 1,
    interactive: false,
  };
  return layerGroup([
    ...FAR_LATITUDES.map((latitude) =>
      polyline(
        [
          [latitude, 0],
          [latitude, 24],
        ],
        line,
      ),
    ),
    ...FAR_LONGITUDES.map((longitude) =>
      polyline(
        [
          [32, longitude],
          [50, longitude],
        ],
        line,
      ),
    ),
    ...ITALY.map((outline) => polygon(outline, { ...land, smoothFactor: 0.5 })),
    ...ISLETS.map((at) => circle(at, { ...land, radius: ISLET_RADIUS_M })),
    ...LANDMARKS.filter(({ name }) => towns.includes(name)).map(({ name, at }) =>
      marker(at, { icon: label(name), pane: TOWNS, interactive: false, keyboard: false }),
    ),
  ]);
}

function label(name: string) {
  return divIcon({ className: 'map-town', html: `<span aria-hidden="true">${name}</span>`, iconSize: [0, 0] });
}
