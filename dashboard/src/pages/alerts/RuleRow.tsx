import { Show } from "solid-js";
import type { AlertRuleReply, AlertSetup } from "../../../../protocol/alerts";
import { LevelMark } from "../../ui/LevelMark";
import { ruleText } from "./rule-values";

export interface RuleRowProps {
  /** A rule of the site, or the one that holds without any. */
  rule: AlertRuleReply | NonNullable<AlertSetup["default_rule"]>;
  canManage: boolean;
  busy: boolean;
  onEdit: () => void;
  onPause: () => void;
}

/** One rule with what can be done about it. */
export function RuleRow(props: RuleRowProps) {
  const stored = () => ("id" in props.rule ? props.rule : null);
  const paused = () => stored()?.enabled === false;
  const text = () => ruleText(props.rule.rule);
  return (
    <li class="rule-row" classList={{ paused: paused() }}>
      <LevelMark level={props.rule.level} />
      <div class="rule-what">
        <b>{props.rule.name}</b>
        <span>
          {[
            ...(text() === props.rule.name ? [] : [text()]),
            ...(stored() ? [] : ["built in"]),
            ...(paused() ? ["paused"] : []),
            ...toldOf(stored()),
          ].join(" · ")}
        </span>
      </div>
      <Show when={props.canManage}>
        <div class="rule-actions">
          <button
            type="button"
            class="button quiet small"
            disabled={props.busy}
            aria-label={`${paused() ? "Resume" : "Pause"} ${props.rule.name}`}
            onClick={() => props.onPause()}
          >
            {paused() ? "Resume" : "Pause"}
          </button>
          <button
            type="button"
            class="button quiet small"
            disabled={props.busy}
            aria-label={`Change ${props.rule.name}`}
            onClick={() => props.onEdit()}
          >
            Change
          </button>
        </div>
      </Show>
    </li>
  );
}

/** Who else is told. */
function toldOf(rule: AlertRuleReply | null): string[] {
  if (!rule) return [];
  const host = rule.webhook_url === null ? null : URL.parse(rule.webhook_url)?.host;
  return [...(host ? [`webhook to ${host}`] : []), ...(rule.email === null ? [] : [`e-mail to ${rule.email}`])];
}
