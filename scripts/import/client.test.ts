import { describe, expect, it } from "vitest";
import { Problem } from "../problem";
import { importClient } from "./client";

const CHUNK = { chunk: "0".repeat(64), lines: 1, rows: [] };
const REPLY = { applied: true, visitors: 1, sessions: 1, page_views: 1, excluded: 0 };
const success = (data: unknown) => Response.json({ success: true, data });
const refusal = (status: number, message: string, headers = {}) =>
  Response.json({ success: false, error: { code: "x", message } }, { status, headers });

/** A server that gives these answers, one after the other, the last one for ever. */
function client(...answers: (() => Response)[]) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const pauses: number[] = [];
  const made = importClient({
    url: "http://127.0.0.1:8787/",
    key: "ff_k",
    site: "my site",
    fetch: async (url, init) => {
      asked.push({ url: String(url), init });
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (!answer) throw new Error("There is no answer.");
      return answer();
    },
    pause: async (ms) => pauses.push(ms),
  });
  return { ...made, asked, pauses };
}

const broken = (code: string) => (): Response => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error(`connect ${code}`), { code }) });
};

describe("the client", () => {
  it("asks with the key for the site", async () => {
    const c = client(() => success([{ chunk: "a", lines: 3 }]));
    expect(await c.known()).toEqual([{ chunk: "a", lines: 3 }]);
    expect(c.asked[0]?.url).toBe("http://127.0.0.1:8787/api/v1/import?site=my%20site");
    expect(c.asked[0]?.init).toMatchObject({ method: "GET", headers: { Authorization: "Bearer ff_k" } });
  });

  it("sends a chunk", async () => {
    const c = client(() => success(REPLY));
    expect(await c.send(CHUNK)).toEqual(REPLY);
    expect(c.asked[0]?.init).toMatchObject({ method: "POST", body: JSON.stringify(CHUNK) });
  });

  it("sends again what was not taken or got lost, and waits as long as it is told", async () => {
    const c = client(
      () => refusal(429, "Later.", { "Retry-After": "3" }),
      () => refusal(503, "Later."),
      broken("ECONNRESET"),
      () => success(REPLY),
    );
    expect(await c.send(CHUNK)).toEqual(REPLY);
    expect(c.pauses).toEqual([3_000, 1_000, 2_000]);
  });

  it.each([
    ["a key that is refused", () => refusal(401, "No."), /^The server refuses the key\./],
    ["a key of too little", () => refusal(403, "No."), /may not import into the site my site/],
    ["an unknown site", () => refusal(404, "No."), /^There is no site my site/],
    ["a refusal", () => refusal(400, "Some fields are wrong."), /answers 400: Some fields are wrong\.$/],
    ["a crash", () => new Response("oops", { status: 500 }), /answers 500: oops$/],
    ["a busy server", () => refusal(503, "Busy."), /answers 503: Busy\.$/],
    ["another program", () => new Response("<html>"), /not as a Footfall server does/],
    ["nobody", broken("ECONNREFUSED"), /^No Footfall server answers at http:\/\/127\.0\.0\.1:8787/],
    ["an unknown host", broken("ENOTFOUND"), /^No Footfall server answers/],
    ["a line that breaks", broken("ECONNRESET"), /cannot be reached: connect ECONNRESET$/],
  ])("says what is wrong with %s", async (_, answer, message) => {
    const failure = await client(answer)
      .known()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Problem);
    expect(failure instanceof Error && failure.message).toMatch(message);
  });
});
