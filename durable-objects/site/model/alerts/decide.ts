import type { AlertRule } from "../../../../protocol/alerts";
import { WINDOW_LENGTHS } from "../../../../protocol/live";
import type { Measured } from "./measure";
import type { SiteRule } from "./rule";

/** What is remembered of a rule between two looks; it survives the object's sleep. */
export interface RuleMemory {
  /** Milliseconds since 1970. */
  raised_at: number | null;
  /** Of a rule about too little: enough was there since the last alert, so that a fall is one. */
  armed: boolean;
}

export const FRESH: RuleMemory = { raised_at: null, armed: false };

export interface Decision {
  raise: boolean;
  /** The same object if there is nothing new to remember. */
  memory: RuleMemory;
}

/** A rule about too little is met for as long as nobody comes: it raises once for each fall, not once each cooldown. */
function isFalling(rule: AlertRule): boolean {
  return "below" in rule && rule.below !== undefined;
}

/** Whether a rule raises an alert now. Null: it could not be measured, and nothing changes. */
export function decide(
  { rule, cooldown_ms }: SiteRule,
  measured: Measured | null,
  memory: RuleMemory,
  last_event_at: number | null,
  now: number,
): Decision {
  const quiet = { raise: false, memory };
  // A clock that was set back must not keep a rule quiet for longer than its cooldown.
  const cold = memory.raised_at === null || now >= memory.raised_at + cooldown_ms || now < memory.raised_at;
  if (measured === null || !cold) return quiet;
  if (isFalling(rule)) {
    if (measured.met) return memory.armed ? raised(now) : quiet;
    return memory.armed ? quiet : { raise: false, memory: { ...memory, armed: true } };
  }
  if (!measured.met) return quiet;
  const toldAlready = rule.metric === "silence" && memory.raised_at !== null && memory.raised_at > (last_event_at ?? 0);
  return toldAlready ? quiet : raised(now);
}

const raised = (now: number): Decision => ({ raise: true, memory: { raised_at: now, armed: false } });

/**
 * When time alone may make the rule true, or null. Only rules about too little and silence need it; all others are met
 * by what comes.
 */
export function nextLook(
  { rule, cooldown_ms, created_at }: SiteRule,
  memory: RuleMemory,
  last_event_at: number | null,
): number | null {
  if (last_event_at === null) return null;
  const cold = memory.raised_at === null ? 0 : memory.raised_at + cooldown_ms;
  if (rule.metric === "silence") {
    if (memory.raised_at !== null && memory.raised_at > last_event_at) return null;
    return Math.max(Math.max(last_event_at, created_at) + rule.above * 1_000, cold);
  }
  if (!memory.armed || !isFalling(rule) || !("window" in rule)) return null;
  // A second later the last event has left the window for certain.
  return Math.max(last_event_at + WINDOW_LENGTHS[rule.window] + 1_000, cold);
}
