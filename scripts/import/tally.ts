import { type Classified, SKIP_REASONS, type SkipReason } from "./classify.ts";
import type { Reply } from "./client.ts";

/** Numbers of bad lines that are told. */
const BAD_LINES_TOLD = 20;

/** What an import has come across. */
export interface Tally {
  lines: number;
  /** Page views found in the file; `added` says how many of them are new. */
  page_views: number;
  skipped: Record<SkipReason, number>;
  /** Requests of bots for pages, by kind, with the names of each. */
  bots: Map<string, Map<string, number>>;
  bad: number;
  /** The first `BAD_LINES_TOLD` of them. */
  bad_lines: number[];
  /** First and last date of lines that could be read, as the log writes them. */
  first_date: string | null;
  last_date: string | null;
  chunks: number;
  /** Chunks that had been imported before. */
  repeated: number;
  added: Omit<Reply, "applied">;
}

export function emptyTally(): Tally {
  return {
    lines: 0,
    page_views: 0,
    skipped: { request: 0, time: 0, method: 0, status: 0, "static file": 0, feed: 0, bot: 0 },
    bots: new Map(),
    bad: 0,
    bad_lines: [],
    first_date: null,
    last_date: null,
    chunks: 0,
    repeated: 0,
    added: { visitors: 0, sessions: 0, page_views: 0, excluded: 0 },
  };
}

export function countBad(tally: Tally): void {
  tally.bad++;
  if (tally.bad_lines.length < BAD_LINES_TOLD) tally.bad_lines.push(tally.lines);
}

export function countClassified(tally: Tally, classified: Classified, date: string): void {
  if (tally.first_date === null || date < tally.first_date) tally.first_date = date;
  if (tally.last_date === null || date > tally.last_date) tally.last_date = date;
  switch (classified.kind) {
    case "page view":
      tally.page_views++;
      break;
    case "skipped":
      tally.skipped[classified.reason]++;
      break;
    case "bot": {
      const { kind, name } = classified.bot;
      const names = tally.bots.get(kind) ?? new Map<string, number>();
      names.set(name, (names.get(name) ?? 0) + 1);
      tally.bots.set(kind, names);
      tally.skipped.bot++;
      break;
    }
    default:
      classified satisfies never;
  }
}

export function countReply(tally: Tally, reply: Reply): void {
  tally.chunks++;
  if (!reply.applied) tally.repeated++;
  tally.added.visitors += reply.visitors;
  tally.added.sessions += reply.sessions;
  tally.added.page_views += reply.page_views;
  tally.added.excluded += reply.excluded;
}

const BOT_NAMES_TOLD = 3;

/** The end of an import, for a terminal. */
export function summary(tally: Tally, file: string, ms: number): string {
  const { added, skipped } = tally;
  const before = tally.page_views - added.page_views - added.excluded;
  const left = SKIP_REASONS.filter((reason) => skipped[reason] > 0);
  const rows: [string, string][] = [
    ["Lines", count(tally.lines)],
    ["Days", days(tally)],
    ["Page views", `${count(added.page_views)} added${before > 0 ? `, ${count(before)} were imported before` : ""}`],
    ["Sessions", `${count(added.sessions)} added`],
    ["Visitors", `${count(added.visitors)} added (each counted once a day)`],
    ["Skipped", left.map((reason) => `${count(skipped[reason])} ${reason}`).join(", ") || "none"],
    ["Bots", bots(tally)],
    ["Bad lines", badLines(tally)],
    ["Time", `${(ms / 1_000).toFixed(1)} s`],
  ];
  if (added.excluded > 0)
    rows.splice(3, 0, ["Excluded", `${count(added.excluded)} page views, by the settings of the site`]);
  return `Imported ${file}\n\n${rows.map(([name, text]) => `  ${name.padEnd(12)}${text}`).join("\n")}\n`;
}

function days({ first_date, last_date }: Tally): string {
  if (first_date === null || last_date === null) return "none";
  const number = Math.round((Date.parse(last_date) - Date.parse(first_date)) / 86_400_000) + 1;
  return number === 1 ? `1, ${first_date}` : `${count(number)}, ${first_date} to ${last_date}`;
}

function bots({ bots, skipped }: Tally): string {
  const kinds = [...bots].map(([kind, names]) => {
    const sorted = [...names].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const told = sorted.slice(0, BOT_NAMES_TOLD).map(([name]) => name);
    const more = sorted.length > told.length ? ", …" : "";
    return { kind, total: sorted.reduce((sum, [, n]) => sum + n, 0), names: told.join(", ") + more };
  });
  kinds.sort((a, b) => b.total - a.total || (a.kind < b.kind ? -1 : 1));
  const lines = kinds.map(({ kind, total, names }) => `\n    ${kind.padEnd(10)}${count(total).padStart(7)}  ${names}`);
  return `${count(skipped.bot)}${lines.join("")}`;
}

function badLines({ bad, bad_lines }: Tally): string {
  if (bad === 0) return "none";
  return `${count(bad)}: ${bad_lines.join(", ")}${bad > bad_lines.length ? ", …" : ""}`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
