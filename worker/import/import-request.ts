import * as z from "zod";

/** `POST /api/v1/import?site=`: the page views of some lines of a log, once. `npm run import` sends it. */

/** Lines a chunk has at most. The key of a chunk is the SHA-256 of its lines, so other cuts would count them again. */
export const CHUNK_LINES = 2_000;

const DAY = 24 * 3_600_000;
/** No web server's log is older. */
export const FIRST_TIME = Date.UTC(1990, 0, 1);
/** A log may be ahead by a wrong clock or an unknown time zone. */
export const AHEAD = DAY;

export const ROW_TEXT = { ip: 255, user_agent: 512, path: 2_048, referrer: 2_048 } as const;

export const ImportRow = z.object({
  /** Milliseconds since 1970. */
  at: z.number().int().min(FIRST_TIME),
  /** Used for the visitor id and forgotten. */
  ip: z.string().max(ROW_TEXT.ip),
  user_agent: z.string().max(ROW_TEXT.user_agent),
  /** With its query. */
  path: z.string().max(ROW_TEXT.path).startsWith("/"),
  referrer: z.string().max(ROW_TEXT.referrer).default(""),
  status: z.number().int().optional(),
});
export type ImportRow = z.infer<typeof ImportRow>;

export const ImportRequest = z.object({
  /** Hex SHA-256 of the lines. */
  chunk: z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits."),
  lines: z.number().int().min(1).max(CHUNK_LINES).optional(),
  rows: z.array(ImportRow).max(CHUNK_LINES),
});
export type ImportRequest = z.infer<typeof ImportRequest>;

/** What a chunk added; nothing if it had been applied before. */
export interface ImportReply {
  applied: boolean;
  /** First seen on their day. */
  visitors: number;
  sessions: number;
  page_views: number;
  /** Page views that the site's settings exclude by path or address. */
  excluded: number;
}

/** `GET /api/v1/import?site=`: applied chunks of fewer lines than `CHUNK_LINES`, where a file ended. */
export const ShortChunks = z.array(z.object({ chunk: z.string(), lines: z.number() }));
export type ShortChunks = z.infer<typeof ShortChunks>;
