import * as z from "zod";
import { LEAVES, SITE_RATE_LIMIT } from "./limits";

/** Requests and replies of signing in, sites and keys. Replies are `{ success: true, data }`; errors are `ErrorBody`. */

export const ROLES = ["viewer", "editor", "admin", "owner"] as const;
export type Role = (typeof ROLES)[number];

export const KEY_SCOPES = ["ingest", "read", "admin"] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** A line that shows what it is: no controls, no lone surrogates, nothing that turns the direction of text (UAX 9). */
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u, "Only characters that can be seen.");
export const Name = line(100);

export const LoginRequest = z.object({ email: z.email().max(254), password: z.string().min(1).max(1_000) });
export type LoginRequest = z.infer<typeof LoginRequest>;

/** Claims of a member's token (HS256) and the `user` of the login reply. */
export interface Claims {
  userId: string;
  organizationId: string;
  role: Role;
}

export interface LoginReply {
  token: string;
  expires_at: string;
  user: Claims;
}

/** First owner of a deployed installation; `setup_token` was printed once by the deploy. */
export const SetupRequest = z.object({
  setup_token: z.string().min(1).max(200),
  organization: Name,
  email: z.email().max(254),
  password: z.string().min(10, "Use at least 10 characters.").max(1_000),
});
export type SetupRequest = z.infer<typeof SetupRequest>;

const hostPattern = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/, "A host name such as example.com or *.example.com.");
const timeZone = z.string().refine(isTimeZone, "A time zone name such as Europe/Vienna.");

const LEAVES_RULE = `A whole number from 1 to ${LEAVES}.`;
const leaves = z.number(LEAVES_RULE).int(LEAVES_RULE).min(1, LEAVES_RULE).max(LEAVES, LEAVES_RULE);

export const SiteInput = z.object({
  name: Name,
  /** Hosts whose pages may send; the first is the site's address. */
  domains: z.array(hostPattern).min(1).max(50),
  group_id: z.string().max(64).nullable().default(null),
  time_zone: timeZone.default("UTC"),
  identity: z.enum(["daily", "persistent"]).default("daily"),
  public_counter: z.boolean().default(false),
  /** Requests a browser's address may send in 60 s. */
  rate_limit: z.number().int().min(1).max(1_000_000).default(SITE_RATE_LIMIT),
  /** Objects that take its requests in front of the site's own, at least; 1: none. */
  leaves: leaves.default(1),
  /** Path patterns with `*`. */
  excluded_paths: z.array(line(200).startsWith("/")).max(100).default([]),
  /** Addresses or networks in CIDR form of own traffic. */
  excluded_addresses: z.array(z.string().trim().min(2).max(49)).max(100).default([]),
});
export type SiteInput = z.infer<typeof SiteInput>;

/** `PATCH /api/sites/:id`: any part of it. Defaults do not apply. */
export const SitePatch = z.object({
  name: SiteInput.shape.name.optional(),
  domains: SiteInput.shape.domains.optional(),
  group_id: z.string().max(64).nullable().optional(),
  time_zone: timeZone.optional(),
  identity: z.enum(["daily", "persistent"]).optional(),
  public_counter: z.boolean().optional(),
  rate_limit: z.number().int().min(1).max(1_000_000).optional(),
  leaves: leaves.optional(),
  excluded_paths: z.array(line(200).startsWith("/")).max(100).optional(),
  excluded_addresses: z.array(z.string().trim().min(2).max(49)).max(100).optional(),
});
export type SitePatch = z.infer<typeof SitePatch>;

/** A site as it is stored and as `/api/sites` answers it. */
export interface Site extends SiteInput {
  id: string;
  org_id: string;
  /** First of `domains`. */
  domain: string;
  /** ISO 8601. */
  created_at: string;
}

export const KeyInput = z.object({
  name: Name,
  scopes: z.array(z.enum(KEY_SCOPES)).min(1),
  /** Null: every site of the organization. */
  site_id: z.string().max(64).nullable().default(null),
});
export type KeyInput = z.infer<typeof KeyInput>;

export interface ApiKey {
  id: string;
  name: string;
  scopes: KeyScope[];
  site_id: string | null;
  /** ISO 8601. */
  created_at: string;
  last_used_at: string | null;
  /** `ff_…`, in the reply to the creation alone. */
  token?: string;
}

/** `GET /api/auth/me`. */
export interface Me {
  user: Claims & { email: string; name: string };
  organization: { id: string; name: string };
}

/** `GET /api/setup`: what the sign-in page has to show. */
export interface SetupState {
  /** No owner yet: show the set-up form. */
  needed: boolean;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    // RangeError is how Intl says that it does not know the name.
    return false;
  }
}
