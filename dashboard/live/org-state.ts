import type { OrgSite, Second, SiteReport } from "../../protocol/org";
import type { RoomState } from "./connect-room";
import { fields, list, nullable, number, text, todayTotals } from "./parse-frame";

/** What the client knows of an organization's sites. */
export interface OrgState extends RoomState {
  /** Null until the first picture came. */
  sites: ReadonlyMap<string, OrgSite> | null;
  /** Frames and polled pictures taken so far: what the pulse beats by. */
  frames: number;
}

export const initialOrgState: OrgState = { sites: null, seq: null, frames: 0, clockOffset: null, stale: false };

const MINUTE = 60_000;

function second(value: unknown): Second {
  const [at, events, errors] = list(number)(value);
  return [number(at), number(events), number(errors)];
}

function report(value: unknown): SiteReport {
  const o = fields(value);
  return {
    at: number(o.at),
    now: number(o.now),
    connections: number(o.connections),
    active: number(o.active),
    today: todayTotals(o.today),
    first_event_at: nullable(number)(o.first_event_at),
    last_event_at: nullable(number)(o.last_event_at),
    seconds: list(second)(o.seconds),
  };
}

function orgSite(value: unknown): OrgSite {
  const o = fields(value);
  return { site_id: text(o.site_id), group_id: nullable(text)(o.group_id), report: nullable(report)(o.report) };
}

/** The site with the new report; the seconds of the last minute are kept. */
function merged(had: OrgSite | undefined, next: OrgSite): OrgSite {
  if (!next.report || !had?.report) return next;
  const { report } = next;
  const from = new Map(had.report.seconds.map((second) => [second[0], second]));
  for (const second of report.seconds) from.set(second[0], second);
  const seconds = [...from.values()].filter(([at]) => at > report.at - MINUTE).sort((a, b) => a[0] - b[0]);
  return { ...next, report: { ...report, seconds } };
}

/** The way here only ever makes a frame look older, so the largest difference is the nearest to the truth. */
const nearest = (known: number | null, at: number, now: number): number => Math.max(known ?? at - now, at - now);

/** The state after one message of the socket. Frames of other rooms and types change nothing. Throws what it cannot read. */
export function applyOrgFrame(state: OrgState, room: string, message: string, now: number): OrgState {
  const frame = fields(JSON.parse(message));
  if (frame.type === "hello") {
    return { ...state, clockOffset: nearest(null, number(fields(frame.data).at), now) };
  }
  if (frame.room !== room || (frame.type !== "snapshot" && frame.type !== "delta")) return state;
  const seq = number(frame.seq);
  const data = fields(frame.data);
  const told = list(orgSite)(data.sites);
  const clockOffset = nearest(state.clockOffset, number(data.at), now);
  const frames = state.frames + 1;
  if (frame.type === "snapshot") {
    return {
      ...state,
      sites: new Map(told.map((site) => [site.site_id, site])),
      seq,
      frames,
      clockOffset,
      stale: false,
    };
  }
  if (state.seq === null || state.sites === null || seq <= state.seq) return state;
  if (seq > state.seq + 1) return { ...state, stale: true };
  const sites = new Map(state.sites);
  for (const site of told) sites.set(site.site_id, merged(sites.get(site.site_id), site));
  return { ...state, sites, seq, frames, clockOffset };
}

/** The state after a reply of `GET /api/analytics/detailed?org=`, which has fewer numbers of each site. */
export function applyOrgPoll(state: OrgState, body: unknown, now: number): OrgState {
  const data = fields(fields(body).data);
  const at = Date.parse(text(data.generated_at));
  const sites = new Map(state.sites);
  for (const row of list(fields)(data.per_site)) {
    const site_id = text(row.site);
    const had = sites.get(site_id);
    const last = nullable(text)(row.last_event_at);
    const known = had?.report;
    sites.set(site_id, {
      site_id,
      group_id: had?.group_id ?? null,
      report: {
        at,
        now: number(row.now),
        connections: number(row.connections),
        active: number(row.total_active),
        today: {
          date: "",
          visitors: 0,
          sessions: 0,
          events: 0,
          errors: 0,
          ...known?.today,
          page_views: number(row.total_today),
        },
        first_event_at: known?.first_event_at ?? null,
        last_event_at: last === null ? null : Date.parse(last),
        seconds: known?.seconds ?? [],
      },
    });
  }
  return {
    ...state,
    sites,
    seq: null,
    stale: false,
    frames: state.frames + 1,
    clockOffset: nearest(state.clockOffset, at, now),
  };
}
