import { isSecretVariable } from '#charging/index.ts';

/** Whatever `isSecretVariable` knows says one of these. */
const MENTIONED =
  /authori[sz]ationkey|password|passphrase|secret|privatekey|apikey|simpin|"(?:apn|vpn)":|"NotifyCustomerInformation"/i;
/** The user and password in a URL. */
const USER_INFO = /:\/\/[^/\s"@]+@/g;
const SECRET_FIELDS = new Set(['password', 'apnPassword', 'simPin', 'basicAuthPassword']);
/** Where the value of a variable stands, in the messages of both versions. */
const VALUES = new Set(['value', 'attributeValue', 'actualValue']);
const MASK = '(hidden)';

/**
 * A frame as it may be kept and shown: what a charger signs in with, the passwords of its networks
 * and of URLs, and what it tells of a customer, are masked. Any other frame is returned as it is.
 */
export function withoutSecrets(frame: string): string {
  const shown = frame.includes('@') ? frame.replaceAll(USER_INFO, `://${MASK}@`) : frame;
  if (!MENTIONED.test(shown)) return shown;
  try {
    return JSON.stringify(payloadWithoutSecrets(impersonal(JSON.parse(shown))));
  } catch {
    // Not JSON: whatever follows the name may be the secret.
    return shown.slice(0, shown.search(MENTIONED)) + MASK;
  }
}

/** The text of a NotifyCustomerInformation is kept elsewhere, for a day. */
function impersonal(frame: unknown): unknown {
  if (!Array.isArray(frame) || frame[2] !== 'NotifyCustomerInformation' || !isRecord(frame[3])) return frame;
  return frame.with(3, { ...frame[3], data: MASK });
}

/** The same of what was read of a frame. */
export function payloadWithoutSecrets(payload: unknown): unknown {
  return masked(payload, false);
}

/** `ofSecret`: it is said of a variable that is a secret. */
function masked(value: unknown, ofSecret: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item, ofSecret));
  if (!isRecord(value)) return value;
  const valueIsSecret = ofSecret || isSecretVariable(nameIn(value));
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      const isValue = valueIsSecret && VALUES.has(field);
      return [
        field,
        isValue || SECRET_FIELDS.has(field) || isVpnKey(field, value) ? MASK : masked(inner, valueIsSecret),
      ];
    }),
  );
}

/** What an object that holds a setting is about: 1.6 writes `key`, 2.0.1 `variable.name`. */
function nameIn(value: Record<string, unknown>): string {
  const name = isRecord(value['variable']) ? value['variable']['name'] : value['key'];
  return typeof name === 'string' ? name : '';
}

function isVpnKey(field: string, value: Record<string, unknown>): boolean {
  return field === 'key' && 'password' in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
