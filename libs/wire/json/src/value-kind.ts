/** What stands in the slot of a field. */
export const ValueKind = {
  Absent: 0,
  String: 1,
  Number: 2,
  Object: 3,
  Array: 4,
  True: 5,
  False: 6,
  Null: 7,
} as const;
export type ValueKind = (typeof ValueKind)[keyof typeof ValueKind];
