import about from './package.json' with { type: 'json' };

/** The version of polisgrid. */
export const version: string = about.version;
