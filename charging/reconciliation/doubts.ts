/**
 * What may be doubtful about a session, and what that means, for the person who is to look at it. A doubt changes nothing
 * by itself: the session is billed by what is certain.
 */
export const DOUBTS = {
  'falling-register':
    'Its meter went back. Counted is the longest stretch in which it only grew; the meter may have been reset or replaced.',
  'register-jump':
    'Its meter jumped by more than a charger can deliver. Counted is the longest stretch without such a jump.',
  unit: 'Its meter seems to mix up Wh and kWh: the energy is about a thousand times too large or too small.',
  'metered-after-stop': 'Its meter went on after the stop. What came after the stop is not counted.',
  'orphan-stop': 'A stop came for a transaction that was never started here.',
  'orphan-meter': 'Meter values came for a transaction that was never started here.',
  'missing-start': 'Its start has not come. The energy counts from the first register that did; the charger is asked.',
  'missing-stop': 'It was closed without a stop from the charger. The energy counts up to the last register that came.',
  'missing-events': 'Some of its messages have not come yet. The charger is asked whether it still has them.',
  'lost-events': 'Some of its messages never came, and are no longer waited for.',
  'late-events': 'Many of its messages came in the wrong order. They are counted within a minute.',
  'changed-since-settled': 'More was metered after it was settled. What a person settled still counts.',
  'unknown-token': 'It was started with a token that nobody registered.',
  'blocked-token': 'It was started with a token that is blocked.',
  'expired-token': 'It was started with a token that had expired.',
  'concurrent-token': 'Its token was charging at another place at the same time.',
  'foreign-reservation': 'It was started with another token than the one for which the EVSE was reserved.',
} as const;

export type Doubt = keyof typeof DOUBTS;
