import type { Alert } from "../../../../protocol/alerts";
import { alertOf } from "./alert-of";
import { decide, FRESH, nextLook, type RuleMemory } from "./decide";
import { measure, type Sources } from "./measure";
import type { SiteRule } from "./rule";

/** By rule id. */
export type Memories = Readonly<Record<string, RuleMemory>>;

/** Holds every rule against the numbers: what is raised, and what is to be remembered (the same object: nothing new). */
export function look(
  rules: readonly SiteRule[],
  sources: Sources,
  memories: Memories,
  now: number,
): { raised: Alert[]; memories: Memories } {
  const raised: Alert[] = [];
  let after = memories;
  for (const rule of rules) {
    const memory = memories[rule.id] ?? FRESH;
    const measured = measure(rule.rule, sources, rule.created_at, now);
    const decision = decide(rule, measured, memory, sources.last_event_at, now);
    if (decision.raise && measured) raised.push(alertOf(rule, measured, sources.visitors_last_minute, now));
    if (decision.memory !== memory) after = { ...after, [rule.id]: decision.memory };
  }
  return { raised, memories: after };
}

/** True while every rule is in its cooldown: nothing that comes can raise an alert. On a busy site that is most of the time. */
export function isQuiet(rules: readonly SiteRule[], memories: Memories, now: number): boolean {
  return rules.every(({ id, cooldown_ms }) => {
    const raised_at = memories[id]?.raised_at ?? null;
    return raised_at !== null && raised_at <= now && now < raised_at + cooldown_ms;
  });
}

/** The earliest time at which a rule may be met although nothing comes, or null. */
export function nextLookOf(
  rules: readonly SiteRule[],
  memories: Memories,
  last_event_at: number | null,
): number | null {
  let next: number | null = null;
  for (const rule of rules) {
    const at = nextLook(rule, memories[rule.id] ?? FRESH, last_event_at);
    if (at !== null) next = Math.min(next ?? at, at);
  }
  return next;
}

/** What is remembered of the rules as they are now: one that is gone or says something else begins anew. */
export function keepMemories(memories: Memories, before: readonly SiteRule[], now: readonly SiteRule[]): Memories {
  const same = now.filter((rule) => {
    const old = before.find(({ id }) => id === rule.id);
    return old && JSON.stringify(old.rule) === JSON.stringify(rule.rule);
  });
  const kept: Record<string, RuleMemory> = {};
  for (const { id } of same) {
    const memory = memories[id];
    if (memory) kept[id] = memory;
  }
  return kept;
}
