import { z } from 'zod';
import { MASTER_PASS_GROUP, type Authorisation, type Token } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Block } from '../messages/block.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { list, maybe, text } from '../messages/tolerant.ts';

/** An id token; its type decides nothing, unless it says that there is none (C02: a start button). */
export const idToken = z.object({ idToken: text, type: maybe(text) });
export const NO_AUTHORIZATION = 'NoAuthorization';

/** The longest id token of 2.0.1 (part 2 §2.27). */
export const LONGEST_TOKEN = 36;

const STATUSES = { accepted: 'Accepted', blocked: 'Blocked', expired: 'Expired', invalid: 'Invalid' } as const;

/**
 * What a station is told of a token (OCPP 2.0.1 part 2 §2.29 IdTokenInfoType). That the token charges elsewhere too is not held
 * against it: nobody forbade it, and the station there may have fallen silent. A master token is told by its group (C16).
 */
export function idTokenInfo(authorisation: Authorisation) {
  const { status, expiresAt, language, message, master } = authorisation;
  return {
    status: STATUSES[status],
    ...(expiresAt === null ? {} : { cacheExpiryDateTime: isoTime(expiresAt) }),
    ...groupIn(master ? MASTER_PASS_GROUP : authorisation.group),
    ...(language === null ? {} : { language1: language }),
    ...(message === null ? {} : { personalMessage: personalMessage(message, language) }),
  };
}

/** A token without a user, where none is needed. */
export const OPEN_TO_ALL = { status: STATUSES.accepted };

/** A group as the field that names it; one too long for 2.0.1 is not told. */
export function groupIn(group: string | null): { groupIdToken?: object } {
  return group === null || group.length > LONGEST_TOKEN ? {} : { groupIdToken: { idToken: group, type: 'Central' } };
}

/** A token with its type; one that nobody registered is taken for one made here. */
export function idTokenOf(text: string, known: Pick<Token, 'type'> | null) {
  return { idToken: text, type: known?.type ?? 'Central' };
}

function personalMessage(content: string, language: string | null) {
  return { format: 'UTF8', ...(language === null ? {} : { language }), content };
}

/**
 * OCPP 2.0.1 use cases C01 and C07. No contract certificate can be checked here, for no roots of mobility operators are kept:
 * such a driver is not let in on the word of the car.
 */
const authorize = inbound(
  'Authorize',
  z.object({ idToken, certificate: maybe(text), iso15118CertificateHashData: list(z.unknown()) }),
  async (message, { receivedAt, desk }) => {
    const authorisation = await desk.charging.authorize(message.idToken.idToken, receivedAt);
    const info = idTokenInfo(authorisation);
    const byCertificate = message.certificate !== undefined || message.iso15118CertificateHashData.length > 0;
    if (!byCertificate) return { idTokenInfo: info };
    const status = authorisation.status === 'accepted' ? STATUSES.invalid : info.status;
    return { idTokenInfo: { ...info, status }, certificateStatus: 'NoCertificateAvailable' };
  },
);

export const authorization: Block = {
  inbound: [authorize],
  outbound: [outbound('ClearCache')],
  phrases: { 'clear-cache': () => ({ action: 'ClearCache', payload: {} }) },
};
