import { type Accessor, createResource, createSignal, onCleanup, untrack } from "solid-js";

/** How often new lines are asked for while the page is seen, milliseconds. */
const REFRESH = 10_000;

/** One page of a log, newest first. */
export interface LogPage<Line> {
  lines: Line[];
  /** Where the next page begins; null: there is none. */
  next: string | null;
}

export interface Log<Line> {
  /** Undefined until the first page came. */
  lines: Accessor<Line[] | undefined>;
  /** Why the first page could not be read. */
  error: Accessor<unknown>;
  /** Reads the first page anew. */
  retry(): void;
  hasMore: Accessor<boolean>;
  /** Reads the page behind the last line. */
  more(): Promise<void>;
  /** The next page is on its way. */
  busy: Accessor<boolean>;
  /** Why the next page could not be read. */
  failure: Accessor<unknown>;
}

/** A log that is read page by page, and goes on at its head as long as its owner lives. */
export function createLog<Line extends { id: string }>(read: (from?: string) => Promise<LogPage<Line>>): Log<Line> {
  const [first, { refetch, mutate }] = createResource(() => read());
  /** Lines of the pages before, and where they go on; null: nothing was asked for yet. */
  const [older, setOlder] = createSignal<LogPage<Line> | null>(null);
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();

  async function refresh(): Promise<void> {
    if (document.hidden || first.state !== "ready") return;
    try {
      const page = await read();
      mutate(() => page);
    } catch {
      // What is shown stays, and is asked for again soon.
    }
  }
  const timer = setInterval(() => void refresh(), REFRESH);
  onCleanup(() => clearInterval(timer));

  const newest = () => (first.state === "ready" || first.state === "refreshing" ? first.latest : undefined);
  const lines = () => {
    const page = newest()?.lines;
    if (!page) return undefined;
    const known = new Set(page.map(({ id }) => id));
    return [...page, ...(older()?.lines.filter(({ id }) => !known.has(id)) ?? [])];
  };
  const next = () => (older() ? older()?.next : newest()?.next) ?? null;

  async function more(): Promise<void> {
    const from = untrack(next);
    if (from === null) return;
    setBusy(true);
    setFailure(undefined);
    try {
      // What is on the screen stays there, also when newer lines push it off the first page.
      const had = untrack(lines) ?? [];
      const page = await read(from);
      setOlder({ lines: [...had, ...page.lines], next: page.next });
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  return {
    lines,
    error: () => first.error,
    retry: () => void refetch(),
    hasMore: () => next() !== null,
    more,
    busy,
    failure,
  };
}
