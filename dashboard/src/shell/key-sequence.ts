/** How long the second key of a sequence may take, milliseconds. */
const PATIENCE = 1_500;

export interface KeyPress {
  key: string;
  /** Milliseconds, of any clock that only goes forward. */
  at: number;
}

/** Finds commands bound to one key (`?`) or two (`g l`). */
export function createKeySequence(bindings: readonly string[]): (press: KeyPress) => string | null {
  let first: KeyPress | null = null;
  return (press) => {
    const pair = first && press.at - first.at <= PATIENCE ? `${first.key} ${press.key}` : null;
    first = null;
    if (pair !== null && bindings.includes(pair)) return pair;
    if (bindings.includes(press.key)) return press.key;
    if (bindings.some((binding) => binding.startsWith(`${press.key} `))) first = press;
    return null;
  };
}
