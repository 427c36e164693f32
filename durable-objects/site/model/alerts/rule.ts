import {
  ALERT_THRESHOLD,
  ALERT_THRESHOLD_COOLDOWN,
  type AlertLevel,
  type AlertRule,
  DEFAULT_RULE,
} from "../../../../protocol/alerts";

/** A rule as the site's object knows it. */
export interface SiteRule {
  id: string;
  name: string;
  rule: AlertRule;
  level: AlertLevel;
  cooldown_ms: number;
  enabled: boolean;
  /** Milliseconds since 1970. */
  created_at: number;
}

/** The threshold that the variable of that name says, unset or empty the usual one. */
export function thresholdOf(variable: string | undefined): number {
  return variable === undefined || variable.trim() === "" ? ALERT_THRESHOLD : Number(variable);
}

/** The rule of a site that has none of its own for more visitors than usual; null for a threshold that switches it off. */
export function defaultRule(threshold: number): SiteRule | null {
  if (!(threshold > 0)) return null;
  return {
    id: DEFAULT_RULE,
    name: "Many visitors",
    rule: { metric: "visitors", above: threshold, window: "60s" },
    level: "info",
    cooldown_ms: ALERT_THRESHOLD_COOLDOWN * 1_000,
    enabled: true,
    created_at: 0,
  };
}

/** The rules that hold: the site's own, a paused one too, stand above the default. */
export function rulesInForce(own: readonly SiteRule[], threshold: number): SiteRule[] {
  const replaced = own.some(({ rule }) => rule.metric === "visitors" && rule.above !== undefined);
  const common = replaced ? null : defaultRule(threshold);
  return [...own.filter(({ enabled }) => enabled), ...(common ? [common] : [])];
}
