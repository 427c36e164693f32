import * as z from "zod";
import { TEXT } from "./limits";
import { Name } from "./management";

/** Rules over a site's live numbers, and what is told when one is met. */

export const ALERT_LEVELS = ["info", "warning", "critical"] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

/** Seconds that a rule is quiet after it raised an alert. */
const ALERT_COOLDOWN = 900;
/** Own rules of one site. */
export const ALERT_RULES = 20;
/** Alerts of a site that its object keeps at hand. */
export const ALERTS_RECENT = 20;
/** Days that the log keeps an alert. */
export const ALERT_DAYS = 90;
/** An alert is news for this long, milliseconds: who opens a live page is told of it. */
export const ALERT_FRESH = 600_000;
/** Visitors in the last minute above which a site without a rule of its own for that raises an alert. */
export const ALERT_THRESHOLD = 10;
/** Its cooldown in seconds: a site with many visitors all day is told of them once an hour. */
export const ALERT_THRESHOLD_COOLDOWN = 3_600;
/** Id of that rule. */
export const DEFAULT_RULE = "default";

const ONE_SIDE = "Say either above or below.";
const oneSide = (rule: { above?: number | undefined; below?: number | undefined }) =>
  (rule.above === undefined) !== (rule.below === undefined);

const window = z.enum(["1s", "5s", "60s"]);
const visitors = z.number().int().max(1_000_000);
const rate = z.number().max(1_000_000);

/**
 * When a rule is met. `visitors`: distinct visitors with an event in the last minute. `events_per_second` and `error_rate`
 * (0 to 1): over the last seconds of `window`. `silence`: seconds without any event. `event`: an event of that type or a
 * custom event of that name came. `spike`: page views of the running hour, as a multiple of the average of the same hour
 * and weekday of the last four weeks.
 */
export const AlertRule = z.discriminatedUnion("metric", [
  z
    .object({
      metric: z.literal("visitors"),
      above: visitors.min(0).optional(),
      below: visitors.min(1).optional(),
      window: z.literal("60s").default("60s"),
    })
    .refine(oneSide, { message: ONE_SIDE, path: ["above"] }),
  z
    .object({
      metric: z.literal("events_per_second"),
      above: rate.min(0).optional(),
      below: rate.positive().optional(),
      window: window.default("5s"),
    })
    .refine(oneSide, { message: ONE_SIDE, path: ["above"] }),
  z.object({ metric: z.literal("error_rate"), above: z.number().min(0).lt(1), window: window.default("60s") }),
  z.object({ metric: z.literal("silence"), above: z.number().int().min(10).max(604_800) }),
  z.object({ metric: z.literal("event"), event: z.string().trim().min(1).max(TEXT.name) }),
  z.object({ metric: z.literal("spike"), above: z.number().min(1.1).max(1_000) }),
]);
export type AlertRule = z.infer<typeof AlertRule>;
export type AlertMetric = AlertRule["metric"];

const level = z.enum(ALERT_LEVELS);
const cooldown = z.number().int().min(1).max(604_800);
const webhook = z.string().trim().min(1).max(TEXT.url).nullable();
const email = z.email().max(254).nullable();

/** `POST /api/alerts`. */
export const AlertInput = z.object({
  site: z.string().min(1).max(64),
  name: Name,
  rule: AlertRule,
  level: level.default("warning"),
  cooldown_s: cooldown.default(ALERT_COOLDOWN),
  webhook_url: webhook.default(null),
  email: email.default(null),
  enabled: z.boolean().default(true),
});
export type AlertInput = z.infer<typeof AlertInput>;

/** `PATCH /api/alerts/:id`: any part of it. Defaults do not apply. */
export const AlertPatch = z.object({
  name: Name.optional(),
  rule: AlertRule.optional(),
  level: level.optional(),
  cooldown_s: cooldown.optional(),
  webhook_url: webhook.optional(),
  email: email.optional(),
  enabled: z.boolean().optional(),
});
export type AlertPatch = z.infer<typeof AlertPatch>;

/** A rule as `/api/alerts` answers it. */
export interface AlertRuleReply extends AlertInput {
  id: string;
  /** What webhooks are signed with; only for those who may manage the site, and only with a `webhook_url`. */
  webhook_secret?: string;
  /** ISO 8601. */
  created_at: string;
}

/** Beside `data` in the reply to `GET /api/alerts`. */
export interface AlertSetup {
  /** The rule that holds while the site has no rule of its own for more visitors than usual; null: it is switched off. */
  default_rule: Pick<AlertInput, "name" | "rule" | "level" | "cooldown_s"> | null;
  /** Whether this installation can send e-mail. */
  email_ready: boolean;
}

/** One alert, as it goes to viewers, to webhooks and into the log. */
export interface Alert {
  /** Unique in the site: its time and its rule. */
  id: string;
  rule_id: string;
  name: string;
  level: AlertLevel;
  /** What happened, as a sentence. */
  message: string;
  /** ISO 8601. */
  at: string;
  details: AlertDetails;
}

export interface AlertDetails {
  metric: AlertMetric;
  /** Distinct visitors with an event in the last minute. */
  visitors_last_minute: number;
  /** What was measured, in the terms of the rule; of an event, 1. */
  value: number;
  /** The rule's `above` or `below`. */
  limit?: number;
  /** Of a spike: the average that it is held against. */
  baseline?: number;
  /** Of a given event: its type or name, and its page. */
  event?: string;
  page?: string;
}

export type AlertChannel = "webhook" | "email";

/** The outcome of one try to tell somebody of an alert. */
export interface AlertTry {
  channel: AlertChannel;
  /** ISO 8601. */
  at: string;
  ok: boolean;
  /** What came back: a status, or why nothing was sent. */
  result: string;
  /** Nothing would change by trying again. */
  final?: boolean;
}

/** One line of `GET /api/alerts/log`. */
export interface LoggedAlert extends Alert {
  tries: AlertTry[];
  /** When the next try is due; null: nothing is left to do. */
  next_try_at: string | null;
}
