import type { DeviceId } from '#estate/ids.ts';
import type { SecretBox } from '#storage/secrets.ts';

/** Keys that a driver holds without an account. They are derived from the installation's key, so none is stored. */

/** Without 0 1 I O: nobody confuses them on a sticker. */
const STICKER_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** The 8 characters on the sticker of an EVSE: whoever stands there may start it. */
export function evseCode(secrets: SecretBox, charger: DeviceId, evse: number): string {
  const mac = Buffer.from(secrets.macOf(`evse:${charger}:${evse}`), 'hex');
  return Array.from(mac.subarray(0, 8), (byte) => STICKER_LETTERS.charAt(byte % STICKER_LETTERS.length)).join('');
}

/** Whether a code is that of the EVSE; case, spaces and dashes do not matter. */
export function opensEvse(secrets: SecretBox, code: string, at: { charger: DeviceId; evse: number }): boolean {
  const given = code.toUpperCase().replaceAll(/[\s-]/g, '');
  return secrets.matches(`code:${given}`, secrets.macOf(`code:${evseCode(secrets, at.charger, at.evse)}`));
}

/** The bearer key of one session, for the driver who started it. */
export function accessOf(secrets: SecretBox, session: string): string {
  return secrets.macOf(`session:${session}`);
}

export function opensSession(secrets: SecretBox, access: string, session: string): boolean {
  return secrets.matches(`access:${access}`, secrets.macOf(`access:${accessOf(secrets, session)}`));
}
