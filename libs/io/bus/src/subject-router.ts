/**
 * Who gets a message: subscriptions in a tree of subject tokens, `*` for one token, `>` for one or
 * more at the end. Pure; knows nothing of sockets.
 */

/** What the router needs to know of a subscription; the owner hangs its own data on it. */
export interface Routed {
  readonly subject: string;
  readonly queue: string | undefined;
}

/** Subscriptions of one subject: each of `plain` gets the message, one of each of `queues`. */
export interface Route<S extends Routed> {
  readonly plain: readonly S[];
  readonly queues: readonly (readonly S[])[];
}

interface Node<S> {
  readonly children: Map<string, Node<S>>;
  star: Node<S> | undefined;
  /** Subscriptions that end here. */
  readonly here: Set<S>;
  /** Subscriptions that end here with `>`. */
  readonly rest: Set<S>;
}

const ROUTES_CACHED_MAX = 16_384;

export class SubjectRouter<S extends Routed> {
  readonly #root: Node<S> = emptyNode();
  /** Routes found since the last change of subscriptions; forgotten as a whole when full. */
  readonly #cache = new Map<string, Route<S>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(subscription: S): void {
    const set = this.#setOf(subscription.subject);
    if (set.has(subscription)) return;
    set.add(subscription);
    this.#count += 1;
    this.#cache.clear();
  }

  remove(subscription: S): void {
    const path: { node: Node<S>; token: string }[] = [];
    let node = this.#root;
    const tokens = subscription.subject.split('.');
    const open = tokens.at(-1) === '>';
    for (const token of open ? tokens.slice(0, -1) : tokens) {
      const next = token === '*' ? node.star : node.children.get(token);
      if (next === undefined) return;
      path.push({ node, token });
      node = next;
    }
    if (!(open ? node.rest : node.here).delete(subscription)) return;
    this.#count -= 1;
    this.#cache.clear();
    // Empty branches go, so that a churn of subjects leaves nothing behind.
    for (const step of path.reverse()) {
      const child = step.token === '*' ? step.node.star : step.node.children.get(step.token);
      if (child === undefined || !isEmpty(child)) break;
      if (step.token === '*') step.node.star = undefined;
      else step.node.children.delete(step.token);
    }
  }

  route(subject: string): Route<S> {
    const cached = this.#cache.get(subject);
    if (cached !== undefined) return cached;
    const found: S[] = [];
    const tokens = subject.split('.');
    // An empty token matches nothing.
    if (!tokens.includes('')) collect(this.#root, { tokens, at: 0 }, found);
    const queues = new Map<string, S[]>();
    const plain: S[] = [];
    for (const subscription of found) {
      if (subscription.queue === undefined) plain.push(subscription);
      else {
        const members = queues.get(subscription.queue);
        if (members === undefined) queues.set(subscription.queue, [subscription]);
        else members.push(subscription);
      }
    }
    const route = { plain, queues: [...queues.values()] };
    if (this.#cache.size >= ROUTES_CACHED_MAX) this.#cache.clear();
    this.#cache.set(subject, route);
    return route;
  }

  #setOf(subject: string): Set<S> {
    let node = this.#root;
    const tokens = subject.split('.');
    for (const token of tokens) {
      if (token === '>') return node.rest;
      if (token === '*') node = node.star ??= emptyNode();
      else {
        let child = node.children.get(token);
        if (child === undefined) {
          child = emptyNode();
          node.children.set(token, child);
        }
        node = child;
      }
    }
    return node.here;
  }
}

function collect<S>(node: Node<S>, path: { tokens: string[]; at: number }, found: S[]): void {
  const token = path.tokens[path.at];
  if (token === undefined) {
    for (const subscription of node.here) found.push(subscription);
    return;
  }
  for (const subscription of node.rest) found.push(subscription);
  const next = { tokens: path.tokens, at: path.at + 1 };
  if (node.star !== undefined) collect(node.star, next, found);
  const child = node.children.get(token);
  if (child !== undefined) collect(child, next, found);
}

function emptyNode<S>(): Node<S> {
  return { children: new Map(), star: undefined, here: new Set(), rest: new Set() };
}

function isEmpty<S>(node: Node<S>): boolean {
  return (
    node.here.size === 0 &&
    node.rest.size === 0 &&
    node.children.size === 0 &&
    node.star === undefined
  );
}
