/** A longer line is no log line: servers cut requests and headers far below. */
export const LINE_BYTES = 64 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

export interface Line {
  /** Without its end; null when it was too long to keep. */
  text: string | null;
  /** False: the file ends without ending this line. */
  ended: boolean;
}

/** Cuts bytes into lines (`\n` or `\r\n`), holding one line at most. Bytes that are not UTF-8 become U+FFFD. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const keep = (bytes: Uint8Array) => {
    size += bytes.length;
    if (size <= LINE_BYTES) parts.push(bytes);
  };
  const take = (ended: boolean): Line => {
    const text = size <= LINE_BYTES ? decode(parts) : null;
    parts = [];
    size = 0;
    return { text, ended };
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, end));
      yield take(true);
      from = end + 1;
    }
    keep(chunk.subarray(from));
  }
  if (size > 0) yield take(false);
}

function decode(parts: Uint8Array[]): string {
  const bytes = Buffer.concat(parts);
  return bytes.toString("utf8", 0, bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length);
}
