/** A file that must not pass lint, and the rules that must say so: these, each once, no others. */
export interface CanaryCase {
  readonly name: string;
  /** The package whose manifest and tags apply, and where the file is put. */
  readonly folder: string;
  readonly code: string;
  readonly rules: readonly string[];
}

const BOUNDARY = '@nx/enforce-module-boundaries';
const IMPORT = 'no-restricted-imports';

/** Also the project's own manifest must not declare it: both rules answer when it does not. */
function crossing(name: string, folder: string, imported: string): CanaryCase {
  const code = `import * as wrong from '${imported}';\n\nexport const used = wrong;\n`;
  return { name, folder, code, rules: [BOUNDARY, IMPORT] };
}

function foreign(name: string, folder: string, imported: string): CanaryCase {
  const code = `import * as wrong from '${imported}';\n\nexport const used = wrong;\n`;
  return { name, folder, code, rules: [IMPORT] };
}

export const CANARY_CASES: readonly CanaryCase[] = [
  crossing('core imports wire', 'libs/core', '@tickwire/wire-tick'),
  crossing('wire imports the ring', 'libs/wire/tick', '@tickwire/ipc-ring'),
  crossing('the ring imports shared memory', 'libs/ipc/ring', '@tickwire/ipc-shm'),
  crossing('domain imports I/O', 'libs/domain/book', '@tickwire/io-bus'),
  crossing('domain imports another domain', 'libs/domain/bars', '@tickwire/domain-book'),
  crossing('venue imports I/O', 'libs/venue/kucoin', '@tickwire/io-websocket'),
  crossing('I/O imports domain', 'libs/io/store', '@tickwire/domain-bars'),
  crossing('I/O imports what gateways share', 'libs/io/store', '@tickwire/gateway'),
  crossing('simulator imports venue', 'libs/sim/kucoin', '@tickwire/venue-kucoin'),
  crossing('simulator imports domain', 'libs/sim/kucoin', '@tickwire/domain-book'),
  crossing('the simulator kit imports venue', 'libs/sim/kit', '@tickwire/venue-kucoin'),
  crossing('the simulator kit imports domain', 'libs/sim/kit', '@tickwire/domain-book'),
  crossing('an app imports the testing library', 'apps/broker', '@tickwire/testing'),
  foreign('core reads a file', 'libs/core', 'node:fs'),
  foreign('core reads a file by the old name', 'libs/core', 'fs'),
  foreign('the ring calls foreign functions', 'libs/ipc/ring', 'koffi'),
  foreign('domain keeps time by Node', 'libs/domain/bars', 'node:timers'),
  foreign('venue opens a socket', 'libs/venue/kucoin', 'ws'),
  foreign('I/O imports a library it does not declare', 'libs/io/bus', 'pino'),
  foreign('I/O calls foreign functions', 'libs/io/store', 'koffi'),
  {
    name: 'a relative path into another package',
    folder: 'libs/domain/book',
    code: "import * as wrong from '../../../io/bus/src/index.ts';\n\nexport const used = wrong;\n",
    rules: [BOUNDARY],
  },
  {
    name: 'an app imports another app',
    folder: 'apps/broker',
    code: "import * as wrong from '../../cli/src/index.ts';\n\nexport const used = wrong;\n",
    rules: [BOUNDARY],
  },
  {
    name: 'venue has a timer of its own',
    folder: 'libs/venue/kucoin',
    code: 'export const used = setTimeout(() => {}, 1);\n',
    rules: ['no-restricted-globals'],
  },
  {
    name: 'a promise nobody waits for',
    folder: 'libs/io/bus',
    code: 'export function used(): void {\n  Promise.resolve(1);\n}\n',
    rules: ['@typescript-eslint/no-floating-promises'],
  },
  {
    name: 'what is allowed passes',
    folder: 'libs/domain/book',
    code: "import * as right from '@tickwire/core';\n\nexport const used = right;\n",
    rules: [],
  },
];
