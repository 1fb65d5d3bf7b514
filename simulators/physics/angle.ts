/** Trigonometry in degrees, as the papers print it. */
const PER_DEGREE = Math.PI / 180;

export const sin = (deg: number) => Math.sin(deg * PER_DEGREE);
export const cos = (deg: number) => Math.cos(deg * PER_DEGREE);
export const tan = (deg: number) => Math.tan(deg * PER_DEGREE);
export const asin = (ratio: number) => Math.asin(Math.max(-1, Math.min(1, ratio))) / PER_DEGREE;
export const acos = (ratio: number) => Math.acos(Math.max(-1, Math.min(1, ratio))) / PER_DEGREE;
export const atan2 = (y: number, x: number) => Math.atan2(y, x) / PER_DEGREE;

/** An angle turned into [0, 360). */
export const turn = (deg: number) => ((deg % 360) + 360) % 360;
