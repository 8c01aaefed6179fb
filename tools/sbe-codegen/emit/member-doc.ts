/** What the comment of a member says: its description, and the versions that have it. */
export function describe(member: {
  readonly description: string | null;
  readonly since: number;
  readonly deprecated: number | null;
}): (string | null)[] {
  return [
    member.description,
    member.since === 0 ? null : `Since version ${member.since}.`,
    member.deprecated === null ? null : `@deprecated since version ${member.deprecated}`,
  ];
}
