import { parseLogDate } from "./log-date.ts";

/** One line of a log in Apache's combined format, which is nginx's too. */
export interface LogLine {
  ip: string;
  /** Milliseconds since 1970. */
  at: number;
  /** As the log writes it, in its own time zone: `YYYY-MM-DD`. */
  date: string;
  /** Null where what was sent is no HTTP request: `-`, a TLS handshake, an empty line. */
  request: { method: string; target: string } | null;
  status: number;
  referrer: string;
  user_agent: string;
}

/** Text in quotes, in which a backslash takes the next character along. */
const QUOTED = String.raw`"([^"\\]*(?:\\[\s\S][^"\\]*)*)"`;
/** `%h %l %u [%t] "%r" %>s %b "%{Referer}i" "%{User-agent}i"`, and whatever fields an owner has added behind. */
const COMBINED = new RegExp(
  String.raw`^(\S+) \S+ [^\[]*\[([^\]]*)\] ${QUOTED} (\d{3}) (?:\d+|-) ${QUOTED} ${QUOTED}(?:\s|$)`,
);
const REQUEST = /^([A-Z][A-Z-]{0,31}) (\S.*?)(?: HTTP\/\d(?:\.\d)?)?$/;

/** Reads one line without its end; null if it is not in combined format. Takes time in proportion to its length. */
export function parseLine(text: string): LogLine | null {
  const fields = COMBINED.exec(text);
  if (fields === null) return null;
  const [, ip = "", time = "", request = "", status = "", referrer = "", user_agent = ""] = fields;
  const when = parseLogDate(time);
  if (when === null) return null;
  return {
    ip,
    ...when,
    request: parseRequest(unescapeText(request)),
    status: Number(status),
    referrer: field(referrer),
    user_agent: field(user_agent),
  };
}

function parseRequest(line: string): LogLine["request"] {
  const [, method, target] = REQUEST.exec(line) ?? [];
  if (method === undefined || target === undefined) return null;
  return { method, target: target.trim() };
}

/** A missing header is written as `-`. */
function field(raw: string): string {
  return raw === "-" ? "" : unescapeText(raw);
}

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", v: "\v", f: "\f", '"': '"', "\\": "\\" };
const decoder = new TextDecoder();

/** Undoes what servers write for quotes, backslashes and bytes that cannot be printed: `\"`, `\\`, `\t`, `\xC3\xA4`. */
function unescapeText(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/(?:\\x[0-9A-Fa-f]{2})+|\\([nrtbvf"\\])/g, (escape, letter: string | undefined) => {
    if (letter !== undefined) return ESCAPES[letter] ?? escape;
    return decoder.decode(Uint8Array.from(escape.match(/[0-9A-Fa-f]{2}/g) ?? [], (hex) => Number.parseInt(hex, 16)));
  });
}
