import absoluteProfilesOnly from './absolute-profiles-only.json' with { type: 'json' };
import callsBeforeBootBreakIt from './calls-before-boot-break-it.json' with { type: 'json' };
import diesFromPings from './dies-from-pings.json' with { type: 'json' };
import diesWithoutPings from './dies-without-pings.json' with { type: 'json' };
import foreignBasicUser from './foreign-basic-user.json' with { type: 'json' };
import kwhLabelledWh from './kwh-labelled-wh.json' with { type: 'json' };
import limitIgnored from './limit-ignored.json' with { type: 'json' };
import noBootAfterReconnect from './no-boot-after-reconnect.json' with { type: 'json' };
import overLongSerials from './over-long-serials.json' with { type: 'json' };
import relativeProfilesOnly from './relative-profiles-only.json' with { type: 'json' };
import speaks16Unnamed from './speaks-1.6-unnamed.json' with { type: 'json' };
import speaks201Unnamed from './speaks-2.0.1-unnamed.json' with { type: 'json' };
import stackLevel0Only from './stack-level-0-only.json' with { type: 'json' };
import startRepeated from './start-repeated.json' with { type: 'json' };
import stopRepeatedAtBoot from './stop-repeated-at-boot.json' with { type: 'json' };
import stopWithoutStart from './stop-without-start.json' with { type: 'json' };
import transactionLargest from './transaction-largest.json' with { type: 'json' };
import transactionMinusOne from './transaction-minus-one.json' with { type: 'json' };
import transactionZero from './transaction-zero.json' with { type: 'json' };
import wattsOnly from './watts-only.json' with { type: 'json' };
import wrongSubprotocol from './wrong-subprotocol.json' with { type: 'json' };
/** Each with the conversations that show it: `quirks.test.ts` holds them over real sockets. */
export const QUIRK_FILES: Record<string, unknown> = {
  'absolute-profiles-only': absoluteProfilesOnly,
  'calls-before-boot-break-it': callsBeforeBootBreakIt,
  'dies-from-pings': diesFromPings,
  'dies-without-pings': diesWithoutPings,
  'foreign-basic-user': foreignBasicUser,
  'kwh-labelled-wh': kwhLabelledWh,
  'limit-ignored': limitIgnored,
  'no-boot-after-reconnect': noBootAfterReconnect,
  'over-long-serials': overLongSerials,
  'relative-profiles-only': relativeProfilesOnly,
  'speaks-1.6-unnamed': speaks16Unnamed,
  'speaks-2.0.1-unnamed': speaks201Unnamed,
  'stack-level-0-only': stackLevel0Only,
  'start-repeated': startRepeated,
  'stop-repeated-at-boot': stopRepeatedAtBoot,
  'stop-without-start': stopWithoutStart,
  'transaction-largest': transactionLargest,
  'transaction-minus-one': transactionMinusOne,
  'transaction-zero': transactionZero,
  'watts-only': wattsOnly,
  'wrong-subprotocol': wrongSubprotocol,
};
