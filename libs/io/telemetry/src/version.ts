import manifest from '../package.json' with { type: 'json' };

/** Version of the packages here: they are released together. */
export const VERSION: string = manifest.version;
