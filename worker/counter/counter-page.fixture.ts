import { expect } from "vitest";
import { readSse, type SseReader } from "../streams/sse-reader.fixture";
import type { harness, Tenant } from "../workers.fixture";

export interface OpenedCounter extends SseReader {
  response: Response;
  stream: string;
  /** For the `Cookie` header of the next request. */
  cookie: string;
}

/** A page of the site, in whatever browser. */
export function counterPage(ask: ReturnType<typeof harness>["ask"], { site_id }: Pick<Tenant, "site_id">) {
  const page = `https://${site_id}.example`;
  return {
    /** The page's origin. */
    page,
    async open({ cookie = "", stream = crypto.randomUUID() as string, headers = {} } = {}): Promise<OpenedCounter> {
      const from = { Origin: page, "Sec-Fetch-Site": "cross-site", Cookie: cookie, ...headers };
      const response = await ask(`/events?site=${site_id}&stream=${stream}`, { headers: from });
      if (response.status !== 200 || !response.body) throw new Error(`${response.status} ${await response.text()}`);
      const set = response.headers.get("Set-Cookie")?.split(";")[0];
      return { ...readSse(response.body), response, stream, cookie: set ?? cookie };
    },
    leave: (stream: string) =>
      ask(`/events?site=${site_id}&stream=${stream}`, { method: "POST", headers: { Origin: page } }),
  };
}

/** Whether a message says these counts; fails on one that is not a counter's. */
export const counts = (totalConnections: number, uniqueVisitors: number) => (data: unknown) => {
  expect(data).toEqual({
    totalConnections: expect.any(Number),
    uniqueVisitors: expect.any(Number),
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  const told = data as { totalConnections: number; uniqueVisitors: number };
  return told.totalConnections === totalConnections && told.uniqueVisitors === uniqueVisitors;
};
