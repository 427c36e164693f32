import type { ApiKey, KeyScope, Me, Role, SetupState, Site } from "../../../protocol/management";
import type { Metric, StatsReply, StatsRow } from "../../../protocol/stats";
import { type Fields, fields, flag, list, nullable, number, oneOf, text } from "./read";

/*
 * The protocol's lists of roles, scopes and metrics lie in modules with schemas, which would bring the schema library into
 * the first load. `satisfies` holds the copies here against the types.
 */
const ROLES = ["viewer", "editor", "admin", "owner"] as const satisfies readonly Role[];
export const SCOPES = ["ingest", "read", "admin"] as const satisfies readonly KeyScope[];
const METRIC_NAMES = {
  visitors: true,
  sessions: true,
  page_views: true,
  events: true,
  errors: true,
  bounce_rate: true,
  session_duration: true,
  engaged_time: true,
} as const satisfies Record<Metric, true>;

const isMetric = (name: string): name is Metric => name in METRIC_NAMES;

export function readMe(value: unknown): Me {
  const o = fields(value);
  const user = fields(o["user"]);
  const organization = fields(o["organization"]);
  return {
    user: {
      userId: text(user["userId"]),
      organizationId: text(user["organizationId"]),
      role: oneOf(ROLES)(user["role"]),
      email: text(user["email"]),
      name: text(user["name"]),
    },
    organization: { id: text(organization["id"]), name: text(organization["name"]) },
  };
}

export function readSetupState(value: unknown): SetupState {
  return { needed: flag(fields(value)["needed"]) };
}

/** A named set of sites. */
export interface Group {
  id: string;
  name: string;
}

export function readGroup(value: unknown): Group {
  const o = fields(value);
  return { id: text(o["id"]), name: text(o["name"]) };
}

export function readSite(value: unknown): Site {
  const o = fields(value);
  return {
    id: text(o["id"]),
    org_id: text(o["org_id"]),
    name: text(o["name"]),
    domain: text(o["domain"]),
    domains: list(text)(o["domains"]),
    group_id: nullable(text)(o["group_id"]),
    time_zone: text(o["time_zone"]),
    identity: oneOf(["daily", "persistent"])(o["identity"]),
    public_counter: flag(o["public_counter"]),
    rate_limit: number(o["rate_limit"]),
    leaves: number(o["leaves"]),
    excluded_paths: list(text)(o["excluded_paths"]),
    excluded_addresses: list(text)(o["excluded_addresses"]),
    created_at: text(o["created_at"]),
  };
}

export function readKey(value: unknown): ApiKey {
  const o = fields(value);
  const key: ApiKey = {
    id: text(o["id"]),
    name: text(o["name"]),
    scopes: list(oneOf(SCOPES))(o["scopes"]),
    site_id: nullable(text)(o["site_id"]),
    created_at: text(o["created_at"]),
    last_used_at: nullable(text)(o["last_used_at"]),
  };
  return o["token"] === undefined ? key : { ...key, token: text(o["token"]) };
}

/** The caller's address, and whether its visits to a site are left out. */
export interface OwnAddress {
  address: string;
  ignored: boolean;
}

export function readOwnAddress(value: unknown): OwnAddress {
  const o = fields(value);
  return { address: text(o["address"]), ignored: flag(o["ignored"]) };
}

function readRow(value: unknown): StatsRow {
  const o = fields(value);
  const row: StatsRow = {};
  if (o["date"] !== undefined) row.date = text(o["date"]);
  if (o["value"] !== undefined) row.value = text(o["value"]);
  for (const name in o) if (isMetric(name)) row[name] = number(o[name]);
  return row;
}

export function readStats(o: Fields): StatsReply {
  const reply: StatsReply = {
    data: list(readRow)(o["data"]),
    from: text(o["from"]),
    to: text(o["to"]),
    timezone: text(o["timezone"]),
  };
  return o["interval"] === undefined ? reply : { ...reply, interval: oneOf(["hour", "day"])(o["interval"]) };
}
