/** Milliseconds between looks at what another request has asked for. */
const LOOK = 20;

type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };

export interface SharedRead<T> {
  /** The value of `key`, or the failure to load it, of at most `life` milliseconds ago. */
  get(key: string, load: () => Promise<T>): Promise<T>;
}

/**
 * Lets any number of requests of this isolate read what is loaded at most once in `life` milliseconds for each key. Promises
 * are not shared, since the platform ties them to the request that made them: the others look whether it is there. Of
 * keys, `size` are kept, the last that were loaded.
 */
export function createSharedRead<T>({ life, size }: { life: number; size: number }): SharedRead<T> {
  const kept = new Map<string, { asked_at: number; outcome: Outcome<T> | null }>();
  return {
    async get(key, load) {
      for (;;) {
        const now = Date.now();
        const known = kept.get(key);
        if (known === undefined || now < known.asked_at || now - known.asked_at >= life) {
          const mine: { asked_at: number; outcome: Outcome<T> | null } = { asked_at: now, outcome: null };
          kept.delete(key);
          kept.set(key, mine);
          if (kept.size > size) kept.delete(kept.keys().next().value ?? key);
          mine.outcome = await load().then(
            (value) => ({ ok: true, value }) as const,
            (error: unknown) => ({ ok: false, error }) as const,
          );
          return given(mine.outcome);
        }
        if (known.outcome) return given(known.outcome);
        await scheduler.wait(LOOK);
      }
    },
  };
}

function given<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw outcome.error;
}
