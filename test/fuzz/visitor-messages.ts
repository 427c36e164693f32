import * as z from "zod";
import { REFUSAL_STATUS } from "../../protocol/refusals.ts";
import type { Plan } from "./senders.ts";
import type { World } from "./world.ts";

const CODES = [...Object.keys(REFUSAL_STATUS), "unknown_message"];
const errors = z.array(z.object({ index: z.number().int().min(0).max(99), code: z.enum(CODES) }));
/** What every answer has to be, whatever was said. */
const Reply = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("ack"),
    count: z.number().int().min(0).max(100),
    session_id: z.string().max(128).optional(),
    route: z.string().max(32).optional(),
    dropped: z.string().optional(),
    errors: errors.optional(),
  }),
  z.strictObject({
    type: z.literal("error"),
    code: z.enum(CODES),
    message: z.string().min(5).max(300),
    retry_after_ms: z.number().int().positive().optional(),
    fields: z.record(z.string(), z.string().min(1).max(300)).optional(),
    errors: errors.optional(),
  }),
  z.strictObject({ type: z.literal("pong") }),
]);

type End = { text: string } | { code: number } | "refused";

/** Opens a socket with the headers of a beacon, says what the beacon would, and judges the answer; the book is kept. */
export async function overSocket(world: World, plan: Plan): Promise<{ outcome: string; complaints: string[] }> {
  const { ask, site, pages, keeps } = plan(world);
  const { "Content-Type": _type, Authorization, ...headers } = ask.headers;
  const body = Buffer.from(ask.body ?? "").toString("utf8");
  const said = body.startsWith("{") ? `{"type":"events"${body === "{}" ? "" : ","}${body.slice(1)}` : body;
  const end = await exchange(
    `${world.server.url.replace("http", "ws")}/api/v1/live?site=${world.ids[site]}`,
    headers,
    said,
  );
  if (end === "refused") {
    return { outcome: end, complaints: keeps && !Authorization ? [`refused\n${JSON.stringify(headers)}`] : [] };
  }
  if ("code" in end)
    return { outcome: String(end.code), complaints: end.code === 4400 ? [] : [`${end.code}\n${said}`] };
  const reply = Reply.safeParse(JSON.parse(end.text));
  if (!reply.success) return { outcome: "odd", complaints: [`${reply.error.message}\n${said}\n${end.text}`] };
  const { data } = reply;
  const lost = keeps && pages.length > 0 && !Authorization && data.type !== "ack";
  if (data.type === "ack") {
    world.acknowledged[site] += data.count;
    // Without its key nothing may be said for others, but what was said of pages of the site counts all the same.
    if (keeps && !Authorization) for (const page of pages) world.kept.add(page);
  }
  const outcome = data.type === "error" ? data.code : data.type;
  return { outcome, complaints: lost ? [`good events are refused\n${said.slice(0, 3_000)}\n${end.text}`] : [] };
}

/** The first answer, or the code with which it was closed. */
function exchange(url: string, headers: Record<string, string>, said: string): Promise<End> {
  return new Promise((resolve) => {
    let socket: WebSocket;
    try {
      // Node's takes headers, which a browser's does not.
      socket = Reflect.construct(WebSocket, [url, { headers }]);
    } catch {
      // No header of HTTP.
      resolve("refused");
      return;
    }
    let open = false;
    socket.addEventListener("open", () => {
      open = true;
      socket.send(said);
    });
    socket.addEventListener("message", ({ data }) => {
      resolve({ text: String(data) });
      socket.close();
    });
    socket.addEventListener("close", ({ code }) => resolve(open ? { code } : "refused"));
    socket.addEventListener("error", () => {
      if (!open) resolve("refused");
    });
  });
}
