import type { Alert } from "./alerts";
import type { TodayTotals } from "./live";

/** What rooms of an organization or a group tell of their sites. Times are milliseconds since 1970. */

/** What came in one second: its start, events, and errors among them. */
export type Second = [at: number, events: number, errors: number];

/** One site as its own object last told. */
export interface SiteReport {
  at: number;
  /** Visitors now. */
  now: number;
  /** Open tabs and sockets of those visitors. */
  connections: number;
  /** Sessions not ended. */
  active: number;
  today: TodayTotals;
  first_event_at: number | null;
  last_event_at: number | null;
  /** Of the last minute, oldest first; absent where nothing came. In a delta those that changed. */
  seconds: Second[];
}

export interface OrgSite {
  site_id: string;
  group_id: string | null;
  /** Null: the site has not told anything yet. */
  report: SiteReport | null;
}

/** In a snapshot every site of an organization or a group; in a delta those that changed, with whole numbers. */
export interface OrgPicture {
  at: number;
  sites: OrgSite[];
  /** In a snapshot, newest first: alerts of the last ten minutes, as far as the object knows them. Absent: none. */
  alerts?: OrgAlert[];
}

/** An alert and whose it is. */
export interface OrgAlert extends Alert {
  site_id: string;
}

/** `stats:updated` of such a room: its sites as one. */
export interface OrgStats {
  total_active: number;
  /** Page views of each site's own day. */
  total_today: number;
  now: number;
  connections: number;
}

/** There are no heatmaps yet. */
export interface HeatmapSnapshot {
  at: number;
  cells: [];
}

export type OrgFrame =
  | { type: "snapshot"; room: string; seq: number; data: OrgPicture | HeatmapSnapshot }
  | { type: "delta"; room: string; seq: number; data: OrgPicture }
  | { type: "heatmap:updated"; room: string; seq: number; data: HeatmapSnapshot };

/** What a site's object tells its organization's object in one call. Crosses RPC. */
export interface SiteNews {
  site_id: string;
  /** Which request to watch this answers. */
  since: number;
  report: SiteReport | null;
  /** What the site's own room was told, in its order, to be passed on. */
  frames: PassedFrame[];
  /** They are counted since the site's object started: under this name, and so many before. A call that comes again is known by it. */
  run: string;
  first: number;
}

/** A message of the moment, or what a room was told together. */
export type PassedFrame = PassedMessage | PassedBeat;

export interface PassedMessage {
  type: string;
  text: string;
}

export interface PassedBeat {
  seq: number;
  parts: BeatPart[];
  /** A whole picture for those alone who wait for one. */
  asked: boolean;
}

/** A message of a beat as JSON; its number, if it bears it, goes between the two. */
export interface BeatPart {
  type: string;
  head: string;
  tail: string;
}

/** What the organization's object wants to hear from a site. */
export interface WatchRequest {
  org_id: string;
  /** Which of the organization's objects asks: 0, or absent where its code is older, is the first one. */
  relay?: number;
  /** Grows with each request: an end that crosses a new request on its way does not end that. */
  since: number;
  /** Pass on the frames of the site's room too. */
  frames: boolean;
  /** Send a whole picture of it now. */
  picture: boolean;
  /** How many are in the site's room there; absent where its code is older. */
  viewers?: number;
}

/** How it goes on after news. */
export interface WatchReply {
  /** Nobody watches any more. */
  stop: boolean;
  frames: boolean;
  /** Milliseconds to the next report at least. */
  pace: number;
  /** How many are in the site's room there; absent where its code is older. */
  viewers?: number;
}
