// The key comes in the fragment of the URL, which no browser sends to a server. It is exchanged for
// a cookie that scripts cannot read, and removed from the address bar at once.

/** The key in `#key=…`, taken out of the address bar; null when there is none. */
export function takeKeyFromUrl() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const key = fragment.get('key');
  if (key === null) return null;
  history.replaceState(null, '', location.pathname);
  return key;
}

/**
 * Exchanges a key for a session.
 * @returns {Promise<'open' | 'refused' | 'unreachable'>}
 */
export async function openSession(key) {
  try {
    const answer = await fetch('/api/v1/session', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
    });
    return answer.ok ? 'open' : 'refused';
  } catch {
    return 'unreachable';
  }
}

/**
 * Whether the api answers us.
 * @returns {Promise<'open' | 'refused' | 'unreachable'>}
 */
export async function lookAtSession() {
  try {
    const answer = await fetch('/api/v1/health', { signal: AbortSignal.timeout(2_000) });
    return answer.status === 401 ? 'refused' : answer.ok ? 'open' : 'unreachable';
  } catch {
    return 'unreachable';
  }
}

/** An answer of the api; throws when it gives none. */
export async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
