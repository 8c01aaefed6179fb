/** A property of an object literal; what the sender's version may not have is spread into it. */
export function jsonEntry(
  item: { readonly name: string; readonly since: number },
  json: string,
): string {
  if (item.since === 0) return `${item.name}: ${json},`;
  return `...sentJson(this.$version >= ${item.since}, { ${item.name}: ${json} }),`;
}
