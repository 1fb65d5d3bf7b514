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

/** What the map's sites stand on: degrees, the country's outline and some towns. It needs no network. */
export function drawGround(): LayerGroup {
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
    ...LANDMARKS.map(({ name, at }) =>
      marker(at, { icon: label(name), pane: TOWNS, interactive: false, keyboard: false }),
    ),
  ]);
}

function label(name: string) {
  return divIcon({ className: 'map-town', html: `<span aria-hidden="true">${name}</span>`, iconSize: [0, 0] });
}
