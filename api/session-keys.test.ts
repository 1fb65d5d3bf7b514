import { describe, expect, it } from 'vitest';
import { createSecretBox } from '#storage/secrets.ts';
import { accessOf, evseCode, opensEvse, opensSession } from './session-keys.ts';

const secrets = createSecretBox(new Uint8Array(32).fill(7));
const evse = { charger: 'IT-PGR-barolo-1', evse: 1 };

describe('the code of an EVSE', () => {
  const code = evseCode(secrets, evse.charger, evse.evse);

  it('has 8 characters that nobody confuses, always the same', () => {
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
    expect(evseCode(secrets, evse.charger, evse.evse)).toBe(code);
  });

  it('differs by EVSE, charger and installation', () => {
    const others = [
      evseCode(secrets, evse.charger, 2),
      evseCode(secrets, 'IT-PGR-barolo-2', 1),
      evseCode(createSecretBox(new Uint8Array(32).fill(8)), evse.charger, 1),
    ];
    expect(new Set([code, ...others]).size).toBe(4);
  });

  it('may be typed in small letters, with a dash or spaces', () => {
    const typed = `${code.slice(0, 4).toLowerCase()} - ${code.slice(4)}`;
    expect(opensEvse(secrets, typed, evse)).toBe(true);
  });

  it('opens no other EVSE', () => {
    expect(opensEvse(secrets, code, { ...evse, evse: 2 })).toBe(false);
    expect(opensEvse(secrets, '', evse)).toBe(false);
    expect(opensEvse(secrets, 'ÀÀÀÀÀÀÀÀ', evse)).toBe(false);
  });
});

describe('the key of a session', () => {
  it('opens that session and no other', () => {
    const access = accessOf(secrets, 's1');
    expect(opensSession(secrets, access, 's1')).toBe(true);
    expect(opensSession(secrets, access, 's2')).toBe(false);
    expect(opensSession(secrets, 'é'.repeat(64), 's1')).toBe(false);
  });
});
