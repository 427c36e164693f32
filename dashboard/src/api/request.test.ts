import { describe, expect, it, vi } from "vitest";
import { ApiError } from "./api-error";
import { text } from "./read";
import { createRequest, refusalText } from "./request";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  vi.fn<typeof fetch>(async () => new Response(JSON.stringify(body), { status, headers }));

const refused = (code: string, message: string, fields?: Record<string, string>) => ({
  success: false,
  error: { code, message, ...(fields ? { fields } : {}) },
});

async function failureOf(call: typeof fetch, signedOut = () => {}): Promise<ApiError> {
  const request = createRequest(call, signedOut);
  const error: unknown = await request("GET", "/x", (body) => text(body["data"])).catch((thrown: unknown) => thrown);
  if (error instanceof ApiError) return error;
  throw new Error(`No ApiError, but ${String(error)}`);
}

it("sends JSON and reads the data", async () => {
  const call = answer(200, { success: true, data: "there" });
  const request = createRequest(call, () => {});
  expect(await request("POST", "/x", (body) => text(body["data"]), { body: { a: 1 } })).toBe("there");
  expect(call).toHaveBeenCalledWith("/x", expect.objectContaining({ method: "POST", body: '{"a":1}' }));
});

it("reads a reply without a body", async () => {
  const request = createRequest(
    async () => new Response(null, { status: 204 }),
    () => {},
  );
  expect(await request("DELETE", "/x", () => "done")).toBe("done");
});

describe("a failure", () => {
  it("carries code, message and fields", async () => {
    const error = await failureOf(answer(400, refused("invalid", "Some fields are wrong.", { name: "Too long." })));
    expect(error).toMatchObject({ code: "invalid", message: "Some fields are wrong.", fields: { name: "Too long." } });
  });

  it("tells once that nobody is signed in", async () => {
    const signedOut = vi.fn();
    expect((await failureOf(answer(401, refused("unauthorized", "Sign in first.")), signedOut)).code).toBe(
      "unauthorized",
    );
    expect(signedOut).toHaveBeenCalledTimes(1);
  });

  it("tells nothing of that on other refusals", async () => {
    const signedOut = vi.fn();
    await failureOf(answer(403, refused("forbidden", "No.")), signedOut);
    expect(signedOut).not.toHaveBeenCalled();
  });

  it("names the wait of Retry-After", async () => {
    const error = await failureOf(answer(429, refused("rate_limited", "Slow."), { "Retry-After": "40" }));
    expect(error.message).toBe("Too many tries. Try again in 40 s.");
  });

  it("is `offline` when no reply came", async () => {
    expect((await failureOf(() => Promise.reject(new TypeError("failed")))).code).toBe("offline");
  });

  it("is `unreadable_reply` when it is not what was asked for", async () => {
    expect((await failureOf(answer(200, { success: true, data: 7 }))).code).toBe("unreadable_reply");
  });

  it("has a code even for a page of a proxy", async () => {
    const call: typeof fetch = async () => new Response("<h1>Bad gateway</h1>", { status: 502 });
    expect(await failureOf(call)).toMatchObject({ code: "unavailable", message: "The server answered 502." });
  });
});

it.each([
  ["rate_limited", "Slow.", 40, "Too many tries. Try again in 40 s."],
  ["rate_limited", "Slow.", 0.2, "Too many tries. Try again in 1 s."],
  ["rate_limited", "Slow.", 600, "Too many tries. Try again in 10 min."],
  ["rate_limited", "Slow.", Number.NaN, "Too many tries. Try again in a minute."],
  ["unavailable", "The storage is full.", 5, "The storage is full. Try again in 5 s."],
  ["unavailable", "There is no set-up token.", 0, "There is no set-up token."],
  ["conflict", "Taken.", 0, "Taken."],
])("words %s “%s” with %d s", (code, message, wait, text) => expect(refusalText(code, message, wait)).toBe(text));
