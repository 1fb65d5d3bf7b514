const BLANK = '(hidden)';

/** A frame that says none of these holds no secret. */
const MENTIONED = /authori[sz]ationkey|password|passphrase|secret|privatekey|apikey|simpin|"vpn"/i;
/** Variables, by 1.6's `key` and 2.0.1's `variable.name`, and fields, whose value is a secret. */
const SECRET_NAME = /^authori[sz]ationkey$|password|passphrase|secret|privatekey|apikey|^simpin$/i;
/** Where the value of a variable stands, in the messages of both versions. */
const VALUES = new Set(['value', 'attributeValue', 'actualValue']);
/** The user and password in a URL. */
const USER_INFO = /:\/\/[^/\s"@]+@/g;

/** An OCPP message as it may stand in a trace: passwords, keys and the user in a URL are blanked. */
export function withBlankedSecrets(frame: string): string {
  const shown = frame.includes('@') ? frame.replaceAll(USER_INFO, `://${BLANK}@`) : frame;
  if (!MENTIONED.test(shown)) return shown;
  try {
    return JSON.stringify(blanked(JSON.parse(shown)));
  } catch {
    // Not JSON: whatever follows the name may be the secret.
    return shown.slice(0, shown.search(MENTIONED)) + BLANK;
  }
}

/** The same of JSON that was read. */
export function blanked(value: unknown, ofSecret = false): unknown {
  if (Array.isArray(value)) return value.map((item) => blanked(item, ofSecret));
  if (!isRecord(value)) return value;
  const valueIsSecret = ofSecret || SECRET_NAME.test(nameIn(value));
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      const isVpnKey = field === 'key' && 'password' in value;
      const isSecret = (valueIsSecret && VALUES.has(field)) || isVpnKey || isSecretField(field, inner);
      return [field, isSecret ? BLANK : blanked(inner, valueIsSecret)];
    }),
  );
}

function isSecretField(field: string, value: unknown): boolean {
  return SECRET_NAME.test(field) && (typeof value === 'string' || typeof value === 'number');
}

function nameIn(value: Record<string, unknown>): string {
  const name = isRecord(value['variable']) ? value['variable']['name'] : value['key'];
  return typeof name === 'string' ? name : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
