import { CircleMarker, type CircleMarkerOptions, type LatLngExpression, type Point } from 'leaflet';
import type { SiteState } from '../api/contract.ts';

export interface SiteMarkOptions extends CircleMarkerOptions {
  state: SiteState;
}

/** What Leaflet's canvas gives to those who draw on it (its `_renderer`, the same since 1.0). */
interface CanvasRenderer {
  _ctx: CanvasRenderingContext2D;
  _drawing: boolean;
}

/** A site on the map: a shape for each state, so that it is known without colour. Drawn on Leaflet's canvas. */
export class SiteMark extends CircleMarker {
  declare options: SiteMarkOptions;
  declare _renderer: CanvasRenderer;
  declare _point: Point;

  constructor(at: LatLngExpression, options: SiteMarkOptions) {
    super(at, { weight: 2, fillOpacity: 1, ...options });
  }

  /** Called by Leaflet for each drawing of the layer. */
  _updatePath(): void {
    const { _ctx: pen, _drawing: drawing } = this._renderer;
    if (!drawing) return;
    const { state, color = '', fillColor = '', weight = 2 } = this.options;
    const radius = this.getRadius();
    pen.beginPath();
    pen.lineWidth = weight;
    pen.lineJoin = 'round';
    trace(pen, { state, x: this._point.x, y: this._point.y, radius });
    pen.fillStyle = isHollow(state) ? color : fillColor;
    pen.strokeStyle = isHollow(state) ? fillColor : color;
    pen.fill();
    pen.stroke();
    if (state === 'charging') bolt(pen, { x: this._point.x, y: this._point.y, size: radius / 8, colour: color });
  }
}

function isHollow(state: SiteState): boolean {
  return state === 'offline' || state === 'unknown';
}

function trace(pen: CanvasRenderingContext2D, at: { state: SiteState; x: number; y: number; radius: number }): void {
  const { state, x, y, radius } = at;
  if (state === 'alarm')
    return polygon(pen, [x, y - radius * 1.25, x + radius * 1.2, y + radius * 0.9, x - radius * 1.2, y + radius * 0.9]);
  if (state === 'offline') return pen.rect(x - radius * 0.8, y - radius * 0.8, radius * 1.6, radius * 1.6);
  if (state === 'unknown') return polygon(pen, [x, y - radius, x + radius, y, x, y + radius, x - radius, y]);
  pen.arc(x, y, radius, 0, Math.PI * 2);
}

function polygon(pen: CanvasRenderingContext2D, points: number[]): void {
  for (let i = 0; i < points.length; i += 2) pen.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
  pen.closePath();
}

function bolt(pen: CanvasRenderingContext2D, at: { x: number; y: number; size: number; colour: string }): void {
  const { x, y, size, colour } = at;
  const points = [1.4, -6, -3.6, 1, -0.6, 1, -1.4, 6, 3.6, -1.2, 0.5, -1.2];
  pen.beginPath();
  polygon(
    pen,
    points.map((value, i) => (i % 2 === 0 ? x : y) + value * size),
  );
  pen.fillStyle = colour;
  pen.fill();
}
