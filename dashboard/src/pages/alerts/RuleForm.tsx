import { createSignal, For, Show, untrack } from "solid-js";
import type { AlertLevel, AlertPatch, AlertRuleReply, AlertSetup } from "../../../../protocol/alerts";
import { CopyBox } from "../../ui/CopyBox";
import { createSubmit } from "../../ui/create-submit";
import { Field } from "../../ui/Field";
import { fieldError } from "../../ui/field-error";
import { requireFields } from "../../ui/require-fields";
import {
  cooldownsWith,
  LEVELS,
  METRICS,
  metricOf,
  newValues,
  ruleOf,
  ruleText,
  valuesOf,
  WINDOWS,
  windowText,
} from "./rule-values";

/** What the form sends: all that can be changed of a rule but whether it is paused. */
export type RuleInput = Required<Omit<AlertPatch, "enabled">>;

export interface RuleFormProps {
  /** What the form begins with: a rule of the site, the one that holds without any, or nothing. */
  rule: AlertRuleReply | NonNullable<AlertSetup["default_rule"]> | null;
  emailReady: boolean;
  onSend: (input: RuleInput) => Promise<void>;
  onClose: () => void;
  /** Absent where there is nothing to delete. */
  onDelete?: () => void;
}

const isNumber = (typed: string): boolean => typed.trim() !== "" && Number.isFinite(Number(typed));

/** One rule to be made or changed. */
export function RuleForm(props: RuleFormProps) {
  const begun = untrack(() => props.rule);
  const stored = begun && "id" in begun ? begun : null;
  const [name, setName] = createSignal(stored?.name ?? "");
  const [values, setValues] = createSignal(begun ? valuesOf(begun.rule) : newValues("visitors"));
  const [level, setLevel] = createSignal<AlertLevel>(begun?.level ?? "warning");
  const [cooldown, setCooldown] = createSignal(begun?.cooldown_s ?? 900);
  const [webhook, setWebhook] = createSignal(stored?.webhook_url ?? "");
  const [email, setEmail] = createSignal(stored?.email ?? "");
  const words = () => METRICS[values().metric];
  const change = (part: Partial<ReturnType<typeof values>>) => setValues({ ...values(), ...part });

  const form = createSubmit(async () => {
    const rule = ruleOf(values());
    if (rule.metric === "event") requireFields({ rule: rule.event }, { rule: "Name the event." });
    else requireFields({ rule: isNumber(values().limit) ? "yes" : "" }, { rule: "Give a number, such as 10 or 2.5." });
    await props.onSend({
      name: name().trim() || ruleText(rule).slice(0, 100),
      rule,
      level: level(),
      cooldown_s: cooldown(),
      webhook_url: webhook().trim() || null,
      email: email().trim() || null,
    });
  });
  const ruleError = () => fieldError(form.fields(), "rule");

  return (
    <form class="form rule-form" onSubmit={form.submit} novalidate>
      <Field label="When" name="metric" hint={words().hint}>
        {(control) => (
          <select
            {...control}
            ref={(select) => queueMicrotask(() => select.focus())}
            class="input"
            onChange={(event) => setValues(newValues(metricOf(event.currentTarget.value)))}
          >
            <For each={Object.entries(METRICS)}>
              {([metric, { name }]) => (
                <option value={metric} selected={metric === values().metric}>
                  {name}
                </option>
              )}
            </For>
          </select>
        )}
      </Field>
      <Show
        when={values().metric !== "event"}
        fallback={
          <Field label="Event" name="event" error={ruleError()}>
            {(control) => (
              <input
                {...control}
                class="input"
                autocomplete="off"
                placeholder="signup"
                value={values().event}
                onInput={(event) => change({ event: event.currentTarget.value })}
              />
            )}
          </Field>
        }
      >
        <div class="rule-limit">
          <Show when={words().below}>
            <select
              class="input"
              name="side"
              aria-label="Above or below"
              onChange={(event) => change({ side: event.currentTarget.value === "below" ? "below" : "above" })}
            >
              <option value="above" selected={values().side === "above"}>
                More than
              </option>
              <option value="below" selected={values().side === "below"}>
                Fewer than
              </option>
            </select>
          </Show>
          <Field label="Number" name="limit" error={ruleError()}>
            {(control) => (
              <input
                {...control}
                class="input num"
                inputmode="decimal"
                autocomplete="off"
                value={values().limit}
                onInput={(event) => change({ limit: event.currentTarget.value })}
              />
            )}
          </Field>
          <span class="rule-unit">{words().unit}</span>
          <Show when={words().windows}>
            <select
              class="input"
              name="window"
              aria-label="Over how long"
              onChange={(event) =>
                change({ window: WINDOWS.find((known) => known === event.currentTarget.value) ?? "60s" })
              }
            >
              <For each={WINDOWS}>
                {(window) => (
                  <option value={window} selected={window === values().window}>
                    {windowText(window)}
                  </option>
                )}
              </For>
            </select>
          </Show>
          <Show when={ruleError()}>
            {(error) => (
              <p class="field-error rule-error" aria-hidden="true">
                {error()}
              </p>
            )}
          </Show>
        </div>
      </Show>
      <div class="rule-pair">
        <Field label="Level" name="level" error={fieldError(form.fields(), "level")}>
          {(control) => (
            <select
              {...control}
              class="input"
              onChange={(event) =>
                setLevel(LEVELS.find(([known]) => known === event.currentTarget.value)?.[0] ?? "warning")
              }
            >
              <For each={LEVELS}>
                {([value, text]) => (
                  <option value={value} selected={value === level()}>
                    {text}
                  </option>
                )}
              </For>
            </select>
          )}
        </Field>
        <Field label="Then quiet for" name="cooldown_s" error={fieldError(form.fields(), "cooldown_s")}>
          {(control) => (
            <select {...control} class="input" onChange={(event) => setCooldown(Number(event.currentTarget.value))}>
              <For each={cooldownsWith(begun?.cooldown_s ?? 900)}>
                {([seconds, text]) => (
                  <option value={seconds} selected={seconds === cooldown()}>
                    {text}
                  </option>
                )}
              </For>
            </select>
          )}
        </Field>
      </div>
      <Field label="Name" name="name" error={fieldError(form.fields(), "name")}>
        {(control) => (
          <input
            {...control}
            class="input"
            autocomplete="off"
            maxlength={100}
            placeholder={isNumber(values().limit) || values().event !== "" ? ruleText(ruleOf(values())) : ""}
            value={name()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field
        label="Webhook"
        name="webhook_url"
        error={fieldError(form.fields(), "webhook_url")}
        hint="Optional. Gets each alert as signed JSON. Only addresses of the public internet."
      >
        {(control) => (
          <input
            {...control}
            class="input"
            type="url"
            autocomplete="off"
            placeholder="https://"
            value={webhook()}
            onInput={(event) => setWebhook(event.currentTarget.value)}
          />
        )}
      </Field>
      <Show when={stored?.webhook_secret}>
        {(secret) => (
          <div class="field">
            <span class="rule-secret">Secret its webhooks are signed with</span>
            <CopyBox text={secret()} label="secret" />
          </div>
        )}
      </Show>
      <Field
        label="E-mail"
        name="email"
        error={fieldError(form.fields(), "email")}
        hint={
          props.emailReady
            ? "Optional."
            : "E-mail is not set up on this installation: none would be sent. docs/alerts.md says how to."
        }
      >
        {(control) => (
          <input
            {...control}
            class="input"
            type="email"
            autocomplete="off"
            disabled={!props.emailReady && email() === ""}
            value={email()}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        )}
      </Field>
      {form.problem() && (
        <p class="notice error" role="alert">
          {form.problem()}
        </p>
      )}
      <div class="rule-form-actions">
        <button type="submit" class="button" disabled={form.busy()}>
          {form.busy() ? "Saving …" : "Save"}
        </button>
        <button type="button" class="button quiet" onClick={() => props.onClose()}>
          Cancel
        </button>
        <Show when={props.onDelete}>
          {(remove) => (
            <button type="button" class="button danger" onClick={() => remove()()}>
              Delete the rule
            </button>
          )}
        </Show>
      </div>
    </form>
  );
}
