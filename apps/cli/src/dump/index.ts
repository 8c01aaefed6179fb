export { registerDump } from './dump-command.ts';
