/** Puts generated text between two markers of a page. */
const begin = (name: string): string => `<!-- ${name}: generated, begin -->`;
const end = (name: string): string => `<!-- ${name}: generated, end -->`;

/**
 * The page with `body` between the markers of `name`.
 * @throws Error when the page does not have both markers, once and in order.
 */
export function replaceGenerated(
  page: string,
  generated: { readonly name: string; readonly body: string },
): string {
  const { name, body } = generated;
  const [before, inside, ...moreBegins] = page.split(begin(name));
  const [old, after, ...moreEnds] = (inside ?? '').split(end(name));
  const found = old !== undefined && before !== undefined && after !== undefined;
  if (!found || moreBegins.length > 0 || moreEnds.length > 0) {
    throw new Error(`the page needs ${begin(name)} and ${end(name)}, once, in this order`);
  }
  return `${before}${begin(name)}\n\n${body}\n\n${end(name)}${after}`;
}
