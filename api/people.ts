import { hash, verify } from '@node-rs/argon2';
import { PolisError } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { HOUR, MINUTE, SECOND, type Millis } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { SecretBox } from '#storage/secrets.ts';
import { createAttempts, type Attempts } from './attempts.ts';
import { addFirstUser, addSignIn, endSignIn, findUser, listUsers, putUser, whoSignedIn, type User } from './records.ts';
import type { Role } from './roles.ts';

/** What the password of an unknown user is compared with, so that it takes as long: the hash of 32 random bytes. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$W0UUUdisxYUy8KGq+QeQMg$pda/xMj10VgSklTLc3N+8MlfIM8Ceo3IIKMy7BPK0NE';

/** How long a sign-in holds. */
export const SIGN_IN_MS = 12 * HOUR;

/** A fresh sign-in: two secrets that the browser keeps, one of them readable by the page. */
export interface SignIn {
  user: User;
  token: string;
  csrf: string;
  expiresAt: Millis;
}

/** Those who may use polisgrid: who they are and how they prove it. */
export interface People {
  /**
   * @throws PolisError `unauthenticated`, the same and after the same time for an unknown user and a wrong password;
   *   `rate-limited` after too many failures.
   */
  signIn(given: { user: string; password: string; address: string }): Promise<SignIn>;
  signedIn(token: string): Promise<(User & { csrf: string }) | null>;
  signOut(token: string): Promise<void>;
  put(user: { name: string; role: Role; password?: string | undefined }): Promise<{ created: boolean }>;
  list(page: { after?: string; limit: number }): Promise<User[]>;
}

export function createPeople(deps: { records: Records; secrets: SecretBox; ground: Ground }): People {
  const { records, secrets, ground } = deps;
  const { clock, random } = ground;
  const byAddress = createAttempts(clock, { tries: 20, oneMoreAfterMs: 15 * SECOND });
  const byUser = createAttempts(clock, { tries: 50, oneMoreAfterMs: 10 * SECOND });
  const byBoth = createAttempts(clock, { tries: 8, oneMoreAfterMs: MINUTE });
  const macOf = (token: string) => secrets.macOf(`sign-in:${token}`);

  return {
    async signIn({ user: name, password, address }) {
      const limits: [Attempts, string][] = [
        [byAddress, address],
        [byUser, name],
        [byBoth, `${address} ${name}`],
      ];
      for (const [attempts, key] of limits) attempts.take(key);
      const user = await records.run(findUser, name);
      const right = await verify(user?.passwordHash ?? NOBODY, password);
      if (!user || !right) throw new PolisError('unauthenticated', 'User or password is wrong.');
      for (const [attempts, key] of limits) attempts.giveBack(key);
      const [token, csrf, at] = [random.text(43), random.text(32), clock.now()];
      const expiresAt = at + SIGN_IN_MS;
      await records.run(addSignIn, { tokenMac: macOf(token), user: user.name, csrf, at, expiresAt });
      return { user: { name: user.name, role: user.role }, token, csrf, expiresAt };
    },
    signedIn: (token) => records.run(whoSignedIn, { tokenMac: macOf(token), at: clock.now() }),
    signOut: (token) => records.run(endSignIn, macOf(token)),
    async put({ name, role, password }) {
      const fresh = password === undefined ? {} : { passwordHash: await hash(password) };
      return records.run(putUser, { name, role, ...fresh, at: clock.now() });
    },
    list: (page) => records.run(listUsers, page),
  };
}

/**
 * Makes the user `admin` with a random password where there is no user at all, and returns it: the one time that it can
 * be shown. Null when there are users.
 */
export async function ensureFirstAdmin(
  records: Records,
  ground: Ground,
): Promise<{ user: string; password: string } | null> {
  const anyone = await records.run(listUsers, { limit: 1 });
  if (anyone.length > 0) return null;
  const password = ground.random.text(20);
  const passwordHash = await hash(password);
  const made = await records.run(addFirstUser, { name: 'admin', role: 'admin', passwordHash, at: ground.clock.now() });
  return made ? { user: 'admin', password } : null;
}
