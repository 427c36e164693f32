import { type Accessor, createMemo, createSignal, type Setter } from "solid-js";

export interface Keyed<T> {
  key: string | number;
  item: Accessor<T>;
}

/**
 * Entries that keep their identity by key while their items are replaced, so that `<For>` keeps the element and only
 * what changed inside it is drawn again.
 */
export function createKeyed<T>(items: Accessor<readonly T[]>, keyOf: (item: T) => string | number) {
  let known = new Map<string | number, { entry: Keyed<T>; set: Setter<T> }>();
  return createMemo<Keyed<T>[]>(() => {
    const next: typeof known = new Map();
    const entries = items().map((item) => {
      const key = keyOf(item);
      let found = known.get(key);
      if (found) found.set(() => item);
      else {
        const [read, set] = createSignal(item);
        found = { entry: { key, item: read }, set };
      }
      next.set(key, found);
      return found.entry;
    });
    known = next;
    return entries;
  });
}
