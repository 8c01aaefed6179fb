/** Everything that generated code may import from the runtime. */
export const RUNTIME_VALUES = [
  ...['CompositeDecoder', 'CompositeEncoder', 'GroupDecoder', 'GroupEncoder'],
  ...['MessageDecoder', 'MessageEncoder', 'MessageRegistry', 'NOWHERE', 'bigIntJson'],
  'charCode',
  ...['checkBigInt', 'checkBounds', 'checkExact', 'checkIndex', 'checkRoom', 'checkWords'],
  ...['enumIn', 'enumJson', 'floatIn', 'floatJson', 'hasBit', 'hexOf', 'int64BigInt', 'int64Json'],
  ...['int64Number', 'int64Text', 'integerIn', 'lowerWord', 'lowerWordOf', 'readHeaderNumber'],
  ...[
    'readLatin1',
    'readUtf8',
    'sentJson',
    'textLength',
    'uint64BigInt',
    'uint64Json',
    'uint64Number',
  ],
  ...['uint64Text', 'upperWord', 'upperWordOf', 'writeHeaderNumber', 'writeText'],
];

export const RUNTIME_TYPES = [
  'Frame',
  'GroupLayout',
  'HeaderDecoder',
  'MessageJson',
  'MessageLayout',
  'SbeJson',
  'StatedHeader',
];
