import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PolisError } from '#estate/errors.ts';
import { z } from 'zod';
import { createTarget, type Target } from '../target.ts';
import { wrongUsage } from './command.ts';

/** An instance of polisgrid, and the key that opens its API. */
export interface Instance {
  api: string;
  key: string | undefined;
  /** The key is that of an instance at work in a data folder here; it changes with each start. */
  isLocal: boolean;
}

/** The options that name an instance. */
export const INSTANCE_OPTIONS = {
  api: { type: 'string' },
  key: { type: 'string' },
  data: { type: 'string' },
} as const;
export const INSTANCE_HELP = `--api URL and --key KEY (or POLISGRID_ADMIN_KEY) name the instance. Without them it is the one at work in the data
folder here (--data DIR, POLISGRID_DATA, or "data"), else http://127.0.0.1:8080.`;

const DEFAULT_API = 'http://127.0.0.1:8080';
const announced = z.object({ api: z.string(), key: z.string() });

/** The instance that options name, or the one that is at work in the data folder here. */
export function instanceOf(
  { api, key, data }: { api?: string | undefined; key?: string | undefined; data?: string | undefined },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Instance {
  if (api !== undefined && !URL.canParse(api)) throw wrongUsage(`--api is "${api}"; a URL is expected.`);
  const given = key ?? environment['POLISGRID_ADMIN_KEY'];
  const here = readAnnounced(data ?? environment['POLISGRID_DATA'] ?? 'data');
  // A key of one instance is nobody else's business.
  const isHere = here !== null && (api === undefined || new URL(api).origin === new URL(here.api).origin);
  return {
    api: api ?? here?.api ?? DEFAULT_API,
    key: given ?? (isHere ? here.key : undefined),
    isLocal: given === undefined && isHere,
  };
}

/** What an instance left in its data folder while it is at work; null when there is none. */
function readAnnounced(folder: string): z.infer<typeof announced> | null {
  const file = join(folder, 'instance.json');
  try {
    return announced.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const why = error instanceof z.ZodError ? 'it is not what an instance writes' : messageOf(error);
    throw new PolisError(
      'invalid',
      `${file} cannot be read (${why}). Start polisgrid there again, or name an instance with --api and --key.`,
      { cause: error },
    );
  }
}

/** The same as a target. Without a key it shows what is public. */
export function targetOf(values: Parameters<typeof instanceOf>[0]): Target {
  const { api, key } = instanceOf(values);
  return createTarget({ url: api, key });
}
