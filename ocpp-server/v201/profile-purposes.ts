/** OCPP 2.0.1 §3.13 ChargingProfilePurposeEnumType. */
export const PURPOSES = {
  'station-maximum': 'ChargingStationMaxProfile',
  external: 'ChargingStationExternalConstraints',
  default: 'TxDefaultProfile',
  transaction: 'TxProfile',
} as const;
