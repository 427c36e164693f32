interface Kept<T> {
  value: T;
  /** When it was loaded. */
  at: number;
}

export interface Cache<T> {
  /**
   * The value for a key, loaded when it is not known or too old (`now` in milliseconds). If loading fails, an older
   * value that was found is given rather than the failure.
   */
  get(key: string, now: number, load: () => Promise<T>): Promise<T>;
  clear(): void;
}

/**
 * A cache of this isolate: values, missing ones too, for `life` milliseconds; past `size` the one longest not asked for
 * goes. Promises are not shared: the platform ties them to the request that made them.
 */
export function createCache<T>({ life, size }: { life: number; size: number }): Cache<T> {
  const kept = new Map<string, Kept<T>>();
  const keep = (key: string, entry: Kept<T>) => {
    kept.delete(key);
    kept.set(key, entry);
    if (kept.size > size) kept.delete(kept.keys().next().value ?? key);
    return entry.value;
  };
  return {
    async get(key, now, load) {
      const known = kept.get(key);
      if (known && now >= known.at && now < known.at + life) return keep(key, known);
      try {
        return keep(key, { value: await load(), at: now });
      } catch (error) {
        if (known?.value === undefined || known.value === null) throw error;
        return known.value;
      }
    },
    clear: () => kept.clear(),
  };
}
