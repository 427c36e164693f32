import { Arrivals } from "./wait-for.ts";

export interface StreamMessage {
  /** As it stands after `data:`. */
  text: string;
  data: unknown;
  id: string | null;
}

export interface Stream {
  readonly status: number;
  readonly headers: Headers;
  readonly messages: readonly StreamMessage[];
  readonly comments: readonly string[];
  /** Milliseconds to wait before coming back, as it said. */
  retry(): number | null;
  /** Every byte so far, as text. */
  raw(): string;
  next(fits?: (message: StreamMessage) => boolean): Promise<StreamMessage>;
  nextComment(within: number): Promise<string>;
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a stream of Server-Sent Events and reads it line by line (HTML standard, "Parsing an event stream"). */
export async function openStream(address: string, headers: Record<string, string> = {}): Promise<Stream> {
  const abort = new AbortController();
  const response = await fetch(address, {
    headers: { accept: "text/event-stream", ...headers },
    signal: abort.signal,
  });
  const messages = new Arrivals<StreamMessage>(({ text }) => text.slice(0, 100));
  const comments = new Arrivals<string>(String);
  let raw = "";
  let retry: number | null = null;
  let id: string | null = null;
  let data: string[] = [];
  const line = (text: string) => {
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(text) ?? [];
    if (text === "") {
      if (data.length > 0) messages.add({ text: data.join("\n"), data: JSON.parse(data.join("\n")), id });
      data = [];
    } else if (text.startsWith(":")) comments.add(text.slice(1).trim());
    else if (field === "data") data.push(value);
    else if (field === "id") id = value;
    else if (field === "retry") retry = Number(value);
    else throw new Error(`There is no such field in a stream: ${text}`);
  };
  const read = async () => {
    if (!response.body) return;
    let rest = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      raw += chunk;
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const each of lines) line(each);
    }
  };
  const ended = read().catch((error: unknown) => {
    // Closed here, or cut off by a server that was killed: both are ends.
    if (error instanceof Error && ["AbortError", "TypeError"].includes(error.name)) return;
    throw error;
  });
  return {
    status: response.status,
    headers: response.headers,
    messages: messages.all,
    comments: comments.all,
    retry: () => retry,
    raw: () => raw,
    next: (fits = () => true) => messages.next(fits),
    nextComment: (within) => comments.next(() => true, within),
    ended,
    close: () => abort.abort(),
  };
}
