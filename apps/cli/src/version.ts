import manifest from '../package.json' with { type: 'json' };

/** Version of the command line, as its package states it. */
export const VERSION: string = manifest.version;
