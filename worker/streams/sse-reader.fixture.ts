/** One message of a stream, as an EventSource reads it. */
export interface SseMessage {
  id: string | null;
  data: string;
}

/** Reads Server-Sent Events of a body. Ends with the body, or with `stop`. */
export function readSse(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  const messages: SseMessage[] = [];
  const comments: string[] = [];
  const ended = Promise.withResolvers<void>();
  let wake = Promise.withResolvers<void>();
  let retry: string | null = null;
  let done = false;
  const take = (block: string) => {
    const fields = block.split("\n").map((line) => /^(\w*): ?(.*)$/.exec(line) ?? []);
    const of = (name: string) => fields.filter(([, field]) => field === name).map(([, , value = ""]) => value);
    comments.push(...of(""));
    retry = of("retry")[0] ?? retry;
    if (of("data").length > 0) messages.push({ id: of("id")[0] ?? null, data: of("data").join("\n") });
  };
  void (async () => {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        text += decoder.decode(part.value, { stream: true });
        const blocks = text.split("\n\n");
        text = blocks.pop() ?? "";
        blocks.forEach(take);
        wake.resolve();
        wake = Promise.withResolvers();
      }
    } finally {
      done = true;
      ended.resolve();
      wake.resolve();
    }
  })().catch(() => {
    // A stream that is cut off; `ended` tells.
  });
  return {
    messages,
    comments,
    retry: () => retry,
    ended: ended.promise,
    /** The first message from `from` on that `is` holds for; those that came already count. */
    async next(is: (data: unknown) => boolean, from = 0): Promise<SseMessage> {
      for (;;) {
        const found = messages.slice(from).find(({ data }) => is(JSON.parse(data)));
        if (found) return found;
        if (done) throw new Error(`The stream ended before that came: ${JSON.stringify(messages.slice(from))}`);
        await wake.promise;
      }
    },
    stop: () => reader.cancel(),
  };
}

export type SseReader = ReturnType<typeof readSse>;
