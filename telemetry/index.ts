/** Everything that speaks MQTT: what devices measure, from the broker to the series store, and what they are told. */
export { createTelemetry, type ConsumerLag, type Telemetry } from './telemetry.ts';
export type { TelemetryDeps, TelemetryOptions } from './assembly.ts';
export {
  listCertificates,
  noteCertificate,
  revokeCertificate,
  type DeviceCertificate,
} from './access/device-certificates.ts';
export { COUNTED, type Counted } from './accounting/counters.ts';
export type { DeadLetter } from './accounting/dead-letter-tables.ts';
export type { Received } from './accounting/received.ts';
export type { BrokerPorts } from './broker/broker.ts';
export { brokerOutside } from './broker/external-tls.ts';
export { DEVICE_TYPES, deviceType, type DeviceType, type Metric } from './devices/list.ts';
export type { TlsOptions } from './doors/tls.ts';
export { WEBSOCKET_PATH } from './doors/websocket.ts';
export { countersIn, GENERIC } from './field/adopted-types.ts';
export type { Adoption } from './field/adoption.ts';
export type { Quarantined } from './field/quarantine.ts';
export type { FieldDevice, PointsByQuality } from './field/view.ts';
export { PRIORITY, type DeviceOrder, type Hold, type OrderRequest, type Orders } from './orders/order.ts';
