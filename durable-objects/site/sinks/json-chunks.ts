import { SQL_VALUE_BYTES } from "../../../protocol/limits";

const utf8 = new TextEncoder();

/** JSON arrays of the rows, each below the limit of one SQL value; a single larger row stands alone. */
export function jsonChunks(rows: Iterable<unknown>, most = SQL_VALUE_BYTES): string[] {
  const texts: string[] = [];
  for (const row of rows) texts.push(JSON.stringify(row));
  return joinRows(texts, most);
}

/** The same for rows that are JSON already, each text one row or several with commas between them. */
export function joinRows(texts: readonly string[], most = SQL_VALUE_BYTES): string[] {
  const chunks: string[] = [];
  let parts: string[] = [];
  let bytes = 2;
  for (const text of texts) {
    if (text === "") continue;
    // Only long texts need an exact count: UTF-8 takes at most three bytes a UTF-16 unit.
    const size = (text.length * 3 > most / 10 ? utf8.encode(text).length : text.length * 3) + 1;
    if (parts.length > 0 && bytes + size > most) {
      chunks.push(`[${parts.join(",")}]`);
      parts = [];
      bytes = 2;
    }
    parts.push(text);
    bytes += size;
  }
  if (parts.length > 0) chunks.push(`[${parts.join(",")}]`);
  return chunks;
}
