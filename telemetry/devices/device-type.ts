/** One quantity that a device measures or can be told. */
export interface Metric {
  title: string;
  /** UCUM code of an SI unit without prefix. */
  unit: string;
  /** A value outside [min, max] is kept with bad quality. */
  min?: number;
  max?: number;
  /** How often a value is expected, s; after twice this time the last one is stale. */
  period: number;
  /** True where a command may set it. */
  rw?: boolean;
  /** Class of the point in the Brick schema. */
  brick?: string;
}

/** What polisgrid knows of a type of device. Its metrics are named after SunSpec points where there is one. */
export interface DeviceType {
  /** The name that births and the register use; also the folder's. */
  readonly type: string;
  readonly title: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** `platform`: its readings come from another part of polisgrid, and none is taken from the broker. */
  readonly from?: 'platform';
}
