import { LEFT_OUT_REASONS } from "../../../../protocol/drop-reasons";
import type { Histogram, SiteStatus } from "../../../../protocol/status";
import { type Fields, fields, list, nullable, number, oneOf, text, Unreadable } from "../../api/read";

/** What the page shows of a site's status; times in milliseconds since 1970. */
export type ShownStatus = Pick<
  SiteStatus,
  "at" | "since" | "ingest" | "outbox" | "flush" | "sockets" | "sent" | "drops" | "page_errors" | "errors"
>;

const time = (value: unknown): number => {
  const at = Date.parse(text(value));
  if (Number.isNaN(at)) throw new Unreadable("a time was expected");
  return at;
};
const maybeTime = nullable(time);

function histogram(value: unknown): Histogram {
  const o = fields(value);
  return { le: list(number)(o["le"]), counts: list(number)(o["counts"]), sum: number(o["sum"]) };
}

/** The reply of `/api/status` for one site. */
export function readStatus(body: Fields): ShownStatus {
  const [site] = list(fields)(fields(body["data"])["sites"]);
  if (!site) throw new Unreadable("a site was expected");
  const [ingest, outbox, flush] = [fields(site["ingest"]), fields(site["outbox"]), fields(site["flush"])];
  const [sent, errors, sockets] = [fields(site["sent"]), fields(site["errors"]), fields(site["sockets"])];
  return {
    at: time(site["at"]),
    since: time(site["since"]),
    ingest: {
      batches: number(ingest["batches"]),
      requests: number(ingest["requests"]),
      events: number(ingest["events"]),
      leaves: number(ingest["leaves"]),
      per_second: number(ingest["per_second"]),
      latency: histogram(ingest["latency"]),
      last_event_at: maybeTime(ingest["last_event_at"]),
    },
    outbox: {
      batches: number(outbox["batches"]),
      events: number(outbox["events"]),
      bytes: number(outbox["bytes"]),
      oldest_at: maybeTime(outbox["oldest_at"]),
    },
    flush: {
      batches: number(flush["batches"]),
      last_at: maybeTime(flush["last_at"]),
      failures: number(flush["failures"]),
      retry_at: maybeTime(flush["retry_at"]),
      d1: histogram(flush["d1"]),
    },
    sockets: Object.fromEntries(
      Object.entries(sockets).map(([kind, counts]) => {
        const o = fields(counts);
        const { open, opened, closed, messages } = o;
        return [
          kind,
          { open: number(open), opened: number(opened), closed: number(closed), messages: number(messages) },
        ];
      }),
    ),
    sent: {
      messages: number(sent["messages"]),
      bytes: number(sent["bytes"]),
      too_slow: number(sent["too_slow"]),
    },
    drops: list((value) => {
      const o = fields(value);
      return {
        reason: oneOf(LEFT_OUT_REASONS)(o["reason"]),
        count: number(o["count"]),
        last_at: time(o["last_at"]),
        example: text(o["example"]),
      };
    })(site["drops"]),
    page_errors: number(site["page_errors"]),
    errors: {
      flush: number(errors["flush"]),
      storage: number(errors["storage"]),
      socket: number(errors["socket"]),
    },
  };
}
