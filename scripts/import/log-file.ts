import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { Problem } from "../problem.ts";

export interface LogFile {
  /** Bytes on disk. */
  size: number;
  /** What the log says, unpacked; may be read once. */
  bytes: AsyncIterable<Uint8Array>;
  /** Bytes on disk read so far. */
  position: () => number;
}

/** Opens a log, plain or gzip by its first bytes, whatever its name. Throws a Problem. */
export async function openLog(path: string): Promise<LogFile> {
  const { size, gzip } = await look(path);
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  return { size, bytes: gzip ? unpacked(file, path) : readable(file, path), position: () => file.bytesRead };
}

async function look(path: string): Promise<{ size: number; gzip: boolean }> {
  try {
    const file = await open(path);
    try {
      const about = await file.stat();
      if (!about.isFile()) throw new Problem(`${path} is not a file.`);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return { size: about.size, gzip: bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw problemOf(error, path);
  }
}

async function* readable(file: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* file;
  } catch (error) {
    throw problemOf(error, path);
  }
}

async function* unpacked(file: ReturnType<typeof createReadStream>, path: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  file.on("error", (error) => gunzip.destroy(error));
  yield* readable(file.pipe(gunzip), path);
}

function problemOf(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : null;
  switch (code) {
    case "ENOENT":
      return new Problem(`There is no file ${path}.`);
    case "EACCES":
      return new Problem(`${path} may not be read by this user.`);
    case "Z_BUF_ERROR":
      return new Problem(`${path} ends in the middle of its compressed data. What came before it is imported.`);
    case "Z_DATA_ERROR":
      return new Problem(`${path} has damaged compressed data. What came before it is imported.`);
    default:
      return error;
  }
}
