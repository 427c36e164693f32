import { AHEAD, FIRST_TIME, type ImportRow, ROW_TEXT } from "../../worker/import/import-request.ts";
import type { LogLine } from "./parse-line.ts";

/** Why a line is no page view. `request`: no HTTP request; `time`: before the web, or in the future. */
export const SKIP_REASONS = ["request", "time", "method", "status", "static file", "feed", "bot"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface Bot {
  kind: string;
  name: string;
}

export type Classified =
  | { kind: "page view"; row: ImportRow }
  | { kind: "bot"; bot: Bot }
  | { kind: "skipped"; reason: Exclude<SkipReason, "bot"> };

export interface Judges {
  botOf: (user_agent: string) => Bot | null;
  /** Milliseconds since 1970. */
  now: number;
}

/** File types that a page is made of or links to; none is a page itself. */
const STATIC = new Set(
  [
    "css js mjs cjs map json webmanifest wasm xsl xslt",
    "txt md csv log conf ini toml yml yaml sql sh",
    "png jpg jpeg gif svg svgz webp avif ico cur bmp tif tiff heic psd",
    "woff woff2 ttf otf eot",
    "mp3 mp4 m4a m4v mov avi mkv webm ogg ogv oga wav flac swf flv",
    "pdf doc docx xls xlsx ppt pptx odt ods odp rtf ps epub mobi",
    "zip gz tgz bz2 xz zst 7z rar tar jar iso img bin exe msi dmg pkg deb rpm apk",
  ].flatMap((line) => line.split(" ")),
);
const FEEDS = new Set(["xml", "rss", "atom", "rdf"]);
/** Feeds without a file type: `/feed/`, `/blog/atom`, `/?flav=rss20`, `/?feed=rss2`. */
const FEED_PATH = /\/(?:feeds?|rss2?|atom|rdf)\/?$/i;
const FEED_QUERY = /[?&][\w-]{1,32}=(?:rss|atom|rdf)[\d.]*(?:&|$)/i;

/** A page view is a GET that was answered with a page: 2xx, or 304 where the browser had it still. */
export function classify(line: LogLine, { botOf, now }: Judges): Classified {
  if (line.at < FIRST_TIME || line.at > now + AHEAD) return skip("time");
  const target = line.request && pathOf(line.request.target);
  if (line.request === null) return skip("request");
  if (line.request.method !== "GET") return skip("method");
  if (target === null) return skip("request");
  if ((line.status < 200 || line.status > 299) && line.status !== 304) return skip("status");
  const path = target.replace(/[?#].*$/s, "");
  const type = /\.([A-Za-z0-9]{1,12})$/.exec(path)?.[1]?.toLowerCase() ?? "";
  if (FEEDS.has(type) || FEED_PATH.test(path) || FEED_QUERY.test(target)) return skip("feed");
  if (STATIC.has(type)) return skip("static file");
  const bot = botOf(line.user_agent);
  if (bot !== null) return { kind: "bot", bot };
  return {
    kind: "page view",
    row: {
      at: line.at,
      ip: line.ip.slice(0, ROW_TEXT.ip),
      user_agent: line.user_agent.slice(0, ROW_TEXT.user_agent),
      path: target.slice(0, ROW_TEXT.path),
      // A cut address would be another one.
      referrer: line.referrer.length > ROW_TEXT.referrer ? "" : line.referrer,
      status: line.status,
    },
  };
}

/** Path and query of a request's target, which a proxy is told with its host; null for what names no page. */
function pathOf(target: string): string | null {
  if (target.startsWith("/")) return target;
  const path = /^https?:\/\/[^/?#\s]+(.*)$/is.exec(target)?.[1];
  return path === undefined ? null : path.startsWith("/") ? path : `/${path}`;
}

function skip(reason: Exclude<SkipReason, "bot">): Classified {
  return { kind: "skipped", reason };
}
