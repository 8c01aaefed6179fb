/** The searches of the ring's model: what each is compiled with, and how it must end. */

/** What the model asserts; Spin prints the name of what does not hold. */
export const PROPERTIES = [
  'deliveredWhole',
  'lossReported',
  'nobodyStuck',
  'oneWriter',
  'takeoverSound',
  'positionsForward',
  'epochVisible',
] as const;
type Property = (typeof PROPERTIES)[number];

type Arch = 'arm64' | 'x64';

export interface ModelVariant {
  readonly name: string;
  /** `-D` flags of the model, each `NAME` or `NAME=NUMBER`. */
  readonly flags: readonly string[];
  /** `holds` after a complete search, or the assertion that must fail. */
  readonly expected: string;
  /** Looks for executions that go on for ever, not at the properties. */
  readonly isEndlessSearch?: boolean;
}

/** One reader that polls without rest. */
const READING = ['SPIN', 'POSITIONS=3', 'WRITERS=2'];
/** One reader that sleeps until the bell. */
const WAITING = ['POSITIONS=3', 'WRITERS=2'];
/** Two of them, one of which may die; their polls are one step. */
const TWO_WAITING = ['WHOLE_POLL', 'READERS=2', 'WORDS=1', 'POSITIONS=1', 'WRITERS=2'];
/** Publications of up to a half of the ring, so takeovers of two positions. */
const FOUR_SLOTS = ['SPIN', 'SLOTS=4', 'BATCH=2', 'WORDS=1', 'POSITIONS=5', 'WRITERS=2'];
const THREE_WRITERS = ['SPIN', 'POSITIONS=2', 'WRITERS=3'];

/**
 * The ring as it is: every state is searched, and nothing may be wrong in any. Three words are for
 * arm64 alone, where they are reordered with their neighbours too.
 */
const HOLDING: readonly (Omit<ModelVariant, 'expected'> & { readonly archs?: readonly Arch[] })[] =
  [
    { name: 'reading', flags: READING },
    { name: 'reading, 3 words a slot', flags: [...READING, 'WORDS=3'], archs: ['arm64'] },
    { name: 'reading, 3 writers', flags: THREE_WRITERS },
    { name: 'reading, 4 slots', flags: FOUR_SLOTS },
    { name: 'waiting', flags: WAITING },
    { name: 'waiting, 3 writers', flags: ['POSITIONS=1', 'WRITERS=3'] },
    { name: 'waiting, 2 readers', flags: TWO_WAITING },
    { name: 'waiting, nothing endless', flags: TWO_WAITING, isEndlessSearch: true },
  ];

/** A mistake that the model makes when it is compiled with `flag`, and what it breaks. */
interface Mistake {
  readonly flag: string;
  readonly name: string;
  readonly breaks: Property;
  readonly bounds: readonly string[];
  readonly archs: readonly Arch[];
}

const BOTH: readonly Arch[] = ['arm64', 'x64'];

function readingMistake(flag: string, name: string, breaks: Property): Mistake {
  return { flag, name, breaks, bounds: READING, archs: BOTH };
}

function missingFence(flag: string, name: string, breaks: Property = 'deliveredWhole'): Mistake {
  return { flag, name: `no fence ${name}`, breaks, bounds: READING, archs: ['arm64'] };
}

function waitingMistake(flag: string, name: string, bounds = WAITING): Mistake {
  return { flag, name, breaks: 'nobodyStuck', bounds, archs: BOTH };
}

const MISTAKES: readonly Mistake[] = [
  readingMistake('NO_CLAIM_CHECK', 'no check of claimed', 'deliveredWhole'),
  readingMistake('CHECK_BEFORE_COPY', 'check before the copy', 'deliveredWhole'),
  readingMistake('PUBLISH_BEFORE_WRITE', 'published before the slots', 'deliveredWhole'),
  missingFence('NO_FENCE_CLAIMED_SLOTS', 'claimed · slots'),
  missingFence('NO_FENCE_SLOTS_PUBLISHED', 'slots · published'),
  missingFence('NO_FENCE_PUBLISHED_COPY', 'published · copy'),
  missingFence('NO_FENCE_COPY_CLAIMED', 'copy · claimed'),
  missingFence('NO_FENCE_TAKEOVER', 'PAD · published', 'takeoverSound'),
  missingFence('NO_FENCES', 'at all'),
  readingMistake('NO_PAD', 'no PAD at takeover', 'takeoverSound'),
  readingMistake('CLAIMED_LOWERED', 'claimed lowered at takeover', 'positionsForward'),
  readingMistake('SILENT_GAP', 'gap not reported', 'lossReported'),
  readingMistake('EPOCH_LAST', 'epoch after the first tick', 'epochVisible'),
  readingMistake('NO_LOCK', 'second writer without the lock', 'oneWriter'),
  waitingMistake('NO_RECHECK', 'published not looked at again'),
  waitingMistake('NO_STATE_CHECK', 'state not looked at again'),
  waitingMistake('NO_BELL', 'bell not rung'),
  waitingMistake('NO_TRAILING_BELL', 'bell not rung for the last'),
  waitingMistake('NO_TAKEOVER_BELL', 'bell not rung after a takeover'),
  waitingMistake('WAKE_ONE', 'bell wakes one of two', TWO_WAITING),
];

/** States that a search must come to, or it would say nothing: the model asserts that none does. */
const SHOWN: readonly Omit<ModelVariant, 'isEndlessSearch'>[] = [
  {
    name: 'shows a torn front dropped',
    flags: [...READING, 'SHOW_TORN_FRONT'],
    expected: 'neverTornFront',
  },
  {
    name: 'shows two laps in one poll',
    flags: [...READING, 'SHOW_TWO_LAPS'],
    expected: 'neverLappedTwice',
  },
  {
    name: 'shows a PAD behind a gap',
    flags: [...READING, 'SHOW_PAD'],
    expected: 'neverPadded',
  },
  {
    name: 'shows a death within a takeover',
    flags: [...THREE_WRITERS, 'SHOW_DEATH_IN_TAKEOVER'],
    expected: 'neverDiedInTakeover',
  },
];

function onArch<Search extends Omit<ModelVariant, 'expected'>>(arch: Arch, search: Search): Search {
  const machine = arch === 'arm64' ? ['ARM64'] : [];
  return { ...search, name: `${arch} ${search.name}`, flags: [...machine, ...search.flags] };
}

/** Every search of the proof. The model of x64 has no fence, as the code there has none. */
export const MODEL_VARIANTS: readonly ModelVariant[] = [
  ...HOLDING.flatMap(({ archs = BOTH, ...search }) =>
    archs.map((arch) => ({ ...onArch(arch, search), expected: 'holds' })),
  ),
  ...MISTAKES.flatMap(({ flag, name, breaks, bounds, archs }) =>
    archs.map((arch) => onArch(arch, { name, flags: [...bounds, flag], expected: breaks })),
  ),
  ...SHOWN.map((search) => onArch('arm64', search)),
];

/** Small enough for `npm test`: one that holds, one mistake of reading and one of waiting. */
export const QUICK_VARIANTS: readonly ModelVariant[] = [
  onArch('arm64', { name: 'quick', flags: ['SPIN', 'POSITIONS=2'], expected: 'holds' }),
  ...MODEL_VARIANTS.filter(({ name }) =>
    ['arm64 no fence slots · published', 'x64 bell not rung'].includes(name),
  ),
];
