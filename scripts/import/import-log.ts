import { Problem } from "../problem.ts";
import { type Chunk, ChunkCutter } from "./chunks.ts";
import { classify, type Judges } from "./classify.ts";
import type { Client } from "./client.ts";
import { linesOf } from "./lines.ts";
import { parseLine } from "./parse-line.ts";
import { countBad, countClassified, countReply, emptyTally, type Tally } from "./tally.ts";

export interface ImportingLog {
  /** Name of the log in messages. */
  file: string;
  bytes: AsyncIterable<Uint8Array>;
  client: Client;
  judges: Judges;
  /** Called after every line. */
  progress?: (tally: Tally) => void;
}

/** After so many lines none of which could be read, it is something else than a log. */
const LINES_TO_TELL = 1_000;
/** Stands for a line that was too long to keep; no line of a text file has it. */
const TOO_LONG = "\0";

/** Reads a log and sends its page views, chunk after chunk. Throws a Problem where it cannot go on. */
export async function importLog({ file, bytes, client, judges, progress }: ImportingLog): Promise<Tally> {
  const tally = emptyTally();
  const cutter = new ChunkCutter(await client.known());
  const send = async (chunks: readonly Chunk[]) => {
    for (const chunk of chunks) if (chunk.rows.length > 0) countReply(tally, await client.send(chunk));
  };
  for await (const { text, ended } of linesOf(bytes)) {
    tally.lines++;
    const line = text === null ? null : parseLine(text);
    if (line === null) {
      countBad(tally);
      if (tally.bad === tally.lines && tally.lines >= LINES_TO_TELL) throw notALog(file);
      // The end of it may be written still; then it will be another line.
      if (ended) await send(cutter.add(text ?? TOO_LONG, null));
    } else {
      const classified = classify(line, judges);
      countClassified(tally, classified, line.date);
      await send(cutter.add(text ?? "", classified.kind === "page view" ? classified.row : null, ended));
    }
    progress?.(tally);
  }
  if (tally.lines === 0) throw new Problem(`${file} is empty.`);
  if (tally.bad === tally.lines) throw notALog(file);
  await send(cutter.end());
  return tally;
}

function notALog(file: string): Problem {
  return new Problem(`${file} is no access log in combined format: none of its lines can be read as one.`);
}
