/** The versions that the simulated chargers speak, as WebSocket subprotocols. */
export type Protocol = 'ocpp1.6' | 'ocpp2.0.1';
