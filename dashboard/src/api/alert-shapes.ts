import type {
  AlertChannel,
  AlertLevel,
  AlertMetric,
  AlertRule,
  AlertRuleReply,
  AlertSetup,
  AlertTry,
  LoggedAlert,
} from "../../../protocol/alerts";
import { parseAlert } from "../../live/parse-frame";
import type { LogPage } from "../state/create-log";
import { type Fields, fields, flag, list, nullable, number, oneOf, text } from "./read";

/* Copies of the protocol's lists, which lie beside schemas; see shapes.ts. */
const LEVELS = ["info", "warning", "critical"] as const satisfies readonly AlertLevel[];
const CHANNELS = ["webhook", "email"] as const satisfies readonly AlertChannel[];
const WINDOWS = ["1s", "5s", "60s"] as const;
const METRICS = [
  "visitors",
  "events_per_second",
  "error_rate",
  "silence",
  "event",
  "spike",
] as const satisfies readonly AlertMetric[];

const side = (o: Fields) => (o["below"] === undefined ? { above: number(o["above"]) } : { below: number(o["below"]) });

function readRule(value: unknown): AlertRule {
  const o = fields(value);
  const metric = oneOf(METRICS)(o["metric"]);
  switch (metric) {
    case "visitors":
      return { metric, ...side(o), window: "60s" };
    case "events_per_second":
      return { metric, ...side(o), window: oneOf(WINDOWS)(o["window"]) };
    case "error_rate":
      return { metric, above: number(o["above"]), window: oneOf(WINDOWS)(o["window"]) };
    case "silence":
    case "spike":
      return { metric, above: number(o["above"]) };
    case "event":
      return { metric, event: text(o["event"]) };
    default:
      return metric satisfies never;
  }
}

export function readAlertRule(value: unknown): AlertRuleReply {
  const o = fields(value);
  const rule: AlertRuleReply = {
    id: text(o["id"]),
    site: text(o["site"]),
    name: text(o["name"]),
    rule: readRule(o["rule"]),
    level: oneOf(LEVELS)(o["level"]),
    cooldown_s: number(o["cooldown_s"]),
    webhook_url: nullable(text)(o["webhook_url"]),
    email: nullable(text)(o["email"]),
    enabled: flag(o["enabled"]),
    created_at: text(o["created_at"]),
  };
  return o["webhook_secret"] === undefined ? rule : { ...rule, webhook_secret: text(o["webhook_secret"]) };
}

/** The rules of a site, with what is beside them. */
export interface AlertRules extends AlertSetup {
  rules: AlertRuleReply[];
}

function readDefaultRule(value: unknown): NonNullable<AlertSetup["default_rule"]> {
  const o = fields(value);
  return {
    name: text(o["name"]),
    rule: readRule(o["rule"]),
    level: oneOf(LEVELS)(o["level"]),
    cooldown_s: number(o["cooldown_s"]),
  };
}

export function readAlertRules(o: Fields): AlertRules {
  return {
    rules: list(readAlertRule)(o["data"]),
    default_rule: nullable(readDefaultRule)(o["default_rule"]),
    email_ready: flag(o["email_ready"]),
  };
}

function readTry(value: unknown): AlertTry {
  const o = fields(value);
  return { channel: oneOf(CHANNELS)(o["channel"]), at: text(o["at"]), ok: flag(o["ok"]), result: text(o["result"]) };
}

function readLogged(value: unknown): LoggedAlert {
  const o = fields(value);
  return { ...parseAlert(value), tries: list(readTry)(o["tries"]), next_try_at: nullable(text)(o["next_try_at"]) };
}

export function readAlertPage(o: Fields): LogPage<LoggedAlert> {
  return { lines: list(readLogged)(o["data"]), next: nullable(text)(o["next_cursor"]) };
}
