import { z } from 'zod';
import type { Protocol, Traits } from '#charging/index.ts';
import { QUIRK_FILES } from './list.ts';

const limitDialect = z.strictObject({
  stackLevel: z.int().min(0).exactOptional(),
  kind: z.enum(['Relative', 'Absolute']).exactOptional(),
  unit: z.enum(['A', 'W']).exactOptional(),
});

/** How charging profiles must be worded for a charger to obey. */
export type LimitDialect = Required<z.infer<typeof limitDialect>>;

/** What we do differently for the sake of a charger; what a quirk does not name stays as it is. */
const switches = z.strictObject({
  /** Ping it so often, s; 0: never. */
  pingEveryS: z.int().min(0).exactOptional(),
  /** Send it no call on a connection before it said BootNotification there. */
  waitsForBoot: z.boolean().exactOptional(),
  /** The version to speak where its handshake names none. */
  assumes: z.enum(['ocpp1.6', 'ocpp2.0.1']).exactOptional(),
  limits: limitDialect.exactOptional(),
});

const pattern = z.string().transform((source) => new RegExp(source, 'i'));

/** A known way of chargers, as its file has it. Most need no switch: they are served as they are. */
const quirkFile = z.object({
  about: z.string(),
  /** What it says at boot; absent: it is known by what it does, or named for a charger by a person. */
  match: z
    .strictObject({
      vendor: pattern.exactOptional(),
      model: pattern.exactOptional(),
      firmware: pattern.exactOptional(),
    })
    .optional(),
  switches: switches.optional(),
});

export interface Quirk extends z.infer<typeof quirkFile> {
  name: string;
}

/** What the quirks of one charger come to. */
export interface Manners {
  /** Null: as the server pings all. */
  pingEveryS: number | null;
  waitsForBoot: boolean;
  assumes: Protocol | null;
  limits: LimitDialect;
}

/** Above profiles that an installer may have left at level 0; relative, so that the charger's clock need not be right. */
export const PLAIN_LIMITS: LimitDialect = { stackLevel: 1, kind: 'Relative', unit: 'A' };

export const PLAIN_MANNERS: Manners = { pingEveryS: null, waitsForBoot: false, assumes: null, limits: PLAIN_LIMITS };

/** Every quirk, each a file of `quirks/`. */
export const QUIRKS: readonly Quirk[] = Object.entries(QUIRK_FILES).map(([name, file]) => readQuirk(name, file));

/** Reads a quirk's file. */
export function readQuirk(name: string, file: unknown): Quirk {
  return { name, ...quirkFile.parse(file) };
}

export interface KnownQuirk {
  quirk: Quirk;
  /** By a person who named it, or by what the charger says at boot. */
  known: 'named' | 'matched';
}

/** The quirks that a charger has. */
export function quirksIn(traits: Traits, all: readonly Quirk[] = QUIRKS): KnownQuirk[] {
  return all.flatMap((quirk): KnownQuirk[] => {
    if (traits.quirks.includes(quirk.name)) return [{ quirk, known: 'named' }];
    return matches(quirk.match, traits) ? [{ quirk, known: 'matched' }] : [];
  });
}

/** How to treat a charger. Of two quirks that contradict each other, what a person named holds. */
export function mannersFor(traits: Traits, all: readonly Quirk[] = QUIRKS): Manners {
  const known = quirksIn(traits, all).toSorted((a, b) => a.known.localeCompare(b.known));
  return known.reduce<Manners>(
    (manners, { quirk }) => ({
      ...manners,
      ...quirk.switches,
      limits: { ...manners.limits, ...quirk.switches?.limits },
    }),
    PLAIN_MANNERS,
  );
}

function matches(match: Quirk['match'], { vendor, model, firmware }: Traits): boolean {
  if (!match) return false;
  const fits = (wanted: RegExp | undefined, said: string | null) => wanted?.test(said ?? '') ?? true;
  return fits(match.vendor, vendor) && fits(match.model, model) && fits(match.firmware, firmware);
}
