import type { Protocol } from '#charging/index.ts';

type Words = Partial<Record<Protocol, readonly string[]>>;

const both = (...actions: string[]): Words => ({ 'ocpp1.6': actions, 'ocpp2.0.1': actions });
const only201 = (...actions: string[]): Words => ({ 'ocpp2.0.1': actions });

/** Which actions each domain command becomes, by version: what `POST /v1/chargers/{id}/commands` takes. */
export const COMMANDS: Record<string, Words> = {
  start: { 'ocpp1.6': ['RemoteStartTransaction'], 'ocpp2.0.1': ['RequestStartTransaction'] },
  stop: { 'ocpp1.6': ['RemoteStopTransaction'], 'ocpp2.0.1': ['RequestStopTransaction'] },
  reset: both('Reset'),
  unlock: both('UnlockConnector'),
  availability: both('ChangeAvailability'),
  trigger: { 'ocpp1.6': ['TriggerMessage', 'ExtendedTriggerMessage'], 'ocpp2.0.1': ['TriggerMessage'] },
  'clear-cache': both('ClearCache'),
  'data-transfer': both('DataTransfer'),
  limit: both('SetChargingProfile'),
  'default-limit': both('SetChargingProfile'),
  'set-profile': both('SetChargingProfile'),
  'clear-limit': both('ClearChargingProfile'),
  'clear-profiles': both('ClearChargingProfile'),
  'get-profiles': only201('GetChargingProfiles'),
  'composite-schedule': both('GetCompositeSchedule'),
  reserve: both('ReserveNow'),
  'cancel-reservation': both('CancelReservation'),
  'send-local-list': both('SendLocalList'),
  'get-local-list-version': both('GetLocalListVersion'),
  cost: only201('CostUpdated'),
  'transaction-status': only201('GetTransactionStatus'),
  'get-variables': { 'ocpp1.6': ['GetConfiguration'], 'ocpp2.0.1': ['GetVariables'] },
  'set-variables': { 'ocpp1.6': ['ChangeConfiguration'], 'ocpp2.0.1': ['SetVariables'] },
  'request-report': { 'ocpp1.6': ['GetConfiguration'], 'ocpp2.0.1': ['GetBaseReport', 'GetReport'] },
  'set-network-profile': only201('SetNetworkProfile'),
  'set-monitors': only201('SetVariableMonitoring'),
  'clear-monitors': only201('ClearVariableMonitoring'),
  'set-monitoring-base': only201('SetMonitoringBase'),
  'set-monitoring-level': only201('SetMonitoringLevel'),
  'get-monitors': only201('GetMonitoringReport'),
  'display-message': only201('SetDisplayMessage'),
  'get-displayed-messages': only201('GetDisplayMessages'),
  'clear-displayed-message': only201('ClearDisplayMessage'),
  'customer-information': only201('CustomerInformation'),
  'update-firmware': { 'ocpp1.6': ['UpdateFirmware', 'SignedUpdateFirmware'], 'ocpp2.0.1': ['UpdateFirmware'] },
  'publish-firmware': only201('PublishFirmware'),
  'unpublish-firmware': only201('UnpublishFirmware'),
  'get-log': both('GetLog'),
  'get-diagnostics': { 'ocpp1.6': ['GetDiagnostics'], 'ocpp2.0.1': ['GetLog'] },
  'renew-certificate': { 'ocpp1.6': ['ExtendedTriggerMessage'], 'ocpp2.0.1': ['TriggerMessage'] },
  'install-certificate': both('InstallCertificate'),
  'delete-certificate': both('DeleteCertificate'),
  'list-certificates': both('GetInstalledCertificateIds'),
  'rotate-password': { 'ocpp1.6': ['ChangeConfiguration'], 'ocpp2.0.1': ['SetVariables'] },
};

/** Actions that follow by themselves from what a charger asked for, and so need no command. */
export const CONSEQUENCES: Record<string, string> = { CertificateSigned: 'follows SignCertificate' };

/** The domain commands that become an action, in words. */
export function commandsFor(protocol: Protocol, action: string): string {
  const names = Object.keys(COMMANDS).filter((name) => COMMANDS[name]?.[protocol]?.includes(action));
  if (names.length > 0) return names.map((name) => `\`${name}\``).join(', ');
  return CONSEQUENCES[action] ?? '';
}
