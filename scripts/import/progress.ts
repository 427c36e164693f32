/** How often the line is written anew, milliseconds. */
const INTERVAL = 200;
const MEGABYTE = 1_000_000;

export interface Progress {
  /** Bytes read and in all, lines so far. */
  update(position: number, size: number, lines: number): void;
  /** Takes the line away. */
  clear(): void;
}

export interface ProgressOptions {
  write: (text: string) => void;
  /** False: nothing is written, since a file or a pipe keeps every version of the line. */
  terminal: boolean;
  /** Milliseconds, from any start. */
  clock: () => number;
}

/** One line that says how far it is: `41 % of 2.4 MB, 12,345 lines/s`. */
export function progressLine({ write, terminal, clock }: ProgressOptions): Progress {
  const started = clock();
  let last = started;
  return {
    update(position, size, lines) {
      const now = clock();
      if (!terminal || now - last < INTERVAL) return;
      last = now;
      write(`\r\x1b[2K${progressText({ position, size, lines, ms: now - started })}`);
    },
    clear() {
      if (terminal && last !== started) write("\r\x1b[2K");
    },
  };
}

export function progressText({
  position,
  size,
  lines,
  ms,
}: {
  position: number;
  size: number;
  lines: number;
  ms: number;
}): string {
  const percent = size === 0 ? 100 : Math.floor((position / size) * 100);
  const rate = Math.round(lines / Math.max(0.001, ms / 1_000));
  return `${percent} % of ${(size / MEGABYTE).toFixed(1)} MB, ${rate.toLocaleString("en-US")} lines/s`;
}
