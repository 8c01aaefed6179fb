export { registerReplay } from './replay-command.ts';
