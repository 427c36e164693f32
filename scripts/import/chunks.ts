import { createHash, type Hash } from "node:crypto";
import { BODY_BYTES_KEY } from "../../protocol/limits.ts";
import { CHUNK_LINES, type ImportRow, type ShortChunks } from "../../worker/import/import-request.ts";

export interface Chunk {
  /** Hex SHA-256 of its lines, whatever their ends were. */
  chunk: string;
  lines: number;
  rows: ImportRow[];
}

/** What a body may have, less the little around the rows. */
const ROWS_BYTES = BODY_BYTES_KEY - 4_096;

/**
 * Cuts lines into chunks, the same lines always the same way: after `CHUNK_LINES`, before the body becomes too large,
 * and where the file ended when it was imported before (`known`), so that what a growing log had then is not counted
 * again.
 */
export class ChunkCutter {
  readonly #known: ReadonlySet<string>;
  readonly #knownLengths: ReadonlySet<number>;
  #hash: Hash = createHash("sha256");
  #lines = 0;
  #rows: ImportRow[] = [];
  #bytes = 0;

  constructor(known: ShortChunks) {
    this.#known = new Set(known.map(({ chunk }) => chunk));
    this.#knownLengths = new Set(known.map(({ lines }) => lines));
  }

  /**
   * Takes one line, with its page view if it is one; gives the chunks that are full now. A line that the file does not
   * end may still grow, so it stands alone.
   */
  add(text: string, row: ImportRow | null, ended = true): Chunk[] {
    const full: Chunk[] = [];
    const bytes = row === null ? 0 : Buffer.byteLength(JSON.stringify(row)) + 1;
    const alone = !ended && this.#lines + 1 < CHUNK_LINES && !this.#isKnown(this.#lines + 1, this.#hashWith(text));
    if (alone || this.#bytes + bytes > ROWS_BYTES) full.push(...this.end());
    this.#hash.update(this.#separated(text));
    this.#lines++;
    this.#bytes += bytes;
    if (row !== null) this.#rows.push(row);
    if (this.#lines === CHUNK_LINES || this.#isKnown(this.#lines, this.#hash)) full.push(...this.end());
    return full;
  }

  /** What is left. */
  end(): Chunk[] {
    if (this.#lines === 0) return [];
    const chunk = { chunk: this.#hash.digest("hex"), lines: this.#lines, rows: this.#rows };
    this.#hash = createHash("sha256");
    this.#lines = 0;
    this.#rows = [];
    this.#bytes = 0;
    return [chunk];
  }

  #separated(text: string): string {
    return this.#lines === 0 ? text : `\n${text}`;
  }

  #hashWith(text: string): Hash {
    return this.#hash.copy().update(this.#separated(text));
  }

  #isKnown(lines: number, hash: Hash): boolean {
    return this.#knownLengths.has(lines) && this.#known.has(hash.copy().digest("hex"));
  }
}
