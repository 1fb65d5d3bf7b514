import { z } from 'zod';
import type { ConnectorState } from '#estate/fact.ts';
import { answerBoot } from '../both-versions/boot.ts';
import { heartbeat } from '../both-versions/heartbeat.ts';
import type { Block, Commands } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { instant, maybe, meaningOf, ordinal, plausible, text } from '../messages/tolerant.ts';

/** OCPP 2.0.1 use cases B01, B02, B03. */
const bootNotification = inbound(
  'BootNotification',
  z.object({
    chargingStation: z.object({
      vendorName: text,
      model: text,
      serialNumber: maybe(text),
      firmwareVersion: maybe(text),
    }),
  }),
  ({ chargingStation }, arrival) => {
    const boot = {
      vendor: chargingStation.vendorName,
      model: chargingStation.model,
      serial: chargingStation.serialNumber ?? null,
      firmware: chargingStation.firmwareVersion ?? null,
      protocol: 'ocpp2.0.1' as const,
    };
    return answerBoot(boot, arrival);
  },
);

const STATES: Record<string, ConnectorState> = {
  Available: 'available',
  Occupied: 'occupied',
  Reserved: 'reserved',
  Unavailable: 'unavailable',
  Faulted: 'faulted',
};

/** OCPP 2.0.1 use case G01. A status that 2.0.1 does not know is kept in its own word. */
const statusNotification = inbound(
  'StatusNotification',
  z.object({ evseId: ordinal, connectorId: maybe(ordinal), connectorStatus: text, timestamp: maybe(instant) }),
  async (message, { charger, receivedAt, desk }) => {
    const state = meaningOf(STATES, message.connectorStatus);
    await desk.charging.connectorChanged(charger, {
      evse: message.evseId,
      connector: message.connectorId ?? 1,
      state: state ?? 'unavailable',
      error: state ? null : message.connectorStatus,
      at: plausible(message.timestamp, receivedAt),
    });
    return {};
  },
);

export const provisioning: Block = {
  inbound: [bootNotification, heartbeat, statusNotification],
  outbound: [outbound('Reset'), outbound('SetNetworkProfile')],
  phrases: {
    reset: ({ type, evse }) => ({
      action: 'Reset',
      payload: { type: type === 'hard' ? 'Immediate' : 'OnIdle', ...(evse === undefined ? {} : { evseId: evse }) },
    }),
    'set-network-profile': setNetworkProfile,
  },
};

/** Use case B09. Of what it holds nothing is kept here: much of it is secret. */
function setNetworkProfile({ slot, profile }: Commands['set-network-profile']): OutboundCall {
  const { apn, vpn } = profile;
  const connectionData = {
    ocppVersion: profile.version === '1.6' ? 'OCPP16' : 'OCPP20',
    ocppTransport: 'JSON',
    ocppCsmsUrl: profile.url,
    messageTimeout: profile.messageTimeoutS,
    securityProfile: profile.securityProfile,
    ocppInterface: profile.interface,
    ...(apn && { apn: toApn(apn) }),
    ...(vpn && { vpn }),
  };
  return { action: 'SetNetworkProfile', payload: { configurationSlot: slot, connectionData } };
}

function toApn(apn: NonNullable<Commands['set-network-profile']['profile']['apn']>) {
  const said = {
    apn: apn.name,
    apnUserName: apn.user,
    apnPassword: apn.password,
    simPin: apn.simPin,
    preferredNetwork: apn.network,
    useOnlyPreferredNetwork: apn.onlyThatNetwork,
    apnAuthentication: apn.authentication,
  };
  return Object.fromEntries(Object.entries(said).filter(([, field]) => field !== undefined));
}
