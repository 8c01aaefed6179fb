import { VENDOR_VARIABLES } from '../plan/vendors.ts';
import { CONFIG_KEYS, variableOf } from './config-keys.ts';
import { nearest } from './nearest-name.ts';
import { SERVICE_VARIABLES } from './service-variables.ts';

const PREFIX = 'TICKWIRE_';

const ofKeys = CONFIG_KEYS.flatMap(({ path, alias }) => [variableOf(path), alias ?? '']);
/** Accounts and captures reach a service from the environment of `up`, so they can be mistyped. */
const passedOn = SERVICE_VARIABLES.filter(
  (variable) =>
    VENDOR_VARIABLES.includes(variable) || /^TICKWIRE_(CAPTURE_|API_KEYS)/.test(variable),
);
const known = new Set(['TICKWIRE_CONFIG', ...ofKeys, ...SERVICE_VARIABLES]);
/** Without the prefix, which would make any two names alike. */
const meant = ['TICKWIRE_CONFIG', ...ofKeys, ...passedOn]
  .filter((variable) => variable.startsWith(PREFIX))
  .map((variable) => variable.slice(PREFIX.length));

/**
 * A problem for each variable that is nearly one of ours. Others are let be: the environment is
 * everybody's, and a name that is like none of ours was not meant for us.
 */
export function mistypedVariables(
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.keys(environment).flatMap((variable) => {
    if (!variable.startsWith(PREFIX) || known.has(variable)) return [];
    const close = nearest(variable.slice(PREFIX.length), meant);
    return close === undefined ? [] : [`${variable} is unknown; did you mean ${PREFIX}${close}?`];
  });
}
