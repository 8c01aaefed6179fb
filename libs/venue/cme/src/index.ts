export { CmeError, DAMAGE_REASONS } from './errors.ts';
export type { DamageReason } from './errors.ts';
export { TALLY_NAMES, createTallies, mapTallies } from './tallies.ts';
export type { CmeTallies, Tally, TallyName } from './tallies.ts';
export { CHANNEL_LIMITS, RECOVERY_FEEDS } from './channel-options.ts';
export type {
  CmeChannelDoors,
  CmeChannelLimits,
  CmeChannelOptions,
  RecoveryFeed,
  ReplayOutcome,
  ReplayRequest,
} from './channel-options.ts';
export { CHANNEL_STATES } from './channel-status.ts';
export type { BooksByState, ChannelState, CmeChannelStatus } from './channel-status.ts';
export { CmeChannel } from './cme-channel.ts';
export { RESUME_CELLS } from './resume-mark.ts';
export { VENDOR } from './vendor.ts';
