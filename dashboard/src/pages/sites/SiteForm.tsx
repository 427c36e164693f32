import { createSignal, For, Show, untrack } from "solid-js";
import { LEAVES } from "../../../../protocol/limits";
import type { SiteInput } from "../../../../protocol/management";
import { createSubmit } from "../../ui/create-submit";
import { Field } from "../../ui/Field";
import { fieldError } from "../../ui/field-error";
import { requireFields } from "../../ui/require-fields";
import { Switch } from "../../ui/Switch";
import { inputOf, type SiteValues, valuesOf } from "./site-values";

export interface SiteFormProps {
  site: SiteInput;
  action: string;
  /** Only what a new site needs; the rest is in its settings. */
  short?: boolean;
  disabled?: boolean;
  onSend: (input: Omit<SiteInput, "group_id">) => Promise<void>;
}

/** What a site is, as a form. Wrong fields are named by the server. */
export function SiteForm(props: SiteFormProps) {
  const [values, setValues] = createSignal(untrack(() => valuesOf(props.site)));
  const [saved, setSaved] = createSignal(false);
  const set = <K extends keyof SiteValues>(name: K, value: SiteValues[K]) => {
    setSaved(false);
    setValues({ ...values(), [name]: value });
  };
  const form = createSubmit(async () => {
    requireFields(values(), {
      name: "Give the site a name.",
      domains: "Give at least one domain.",
      rate_limit: "Give a number, such as 100.",
      leaves: `Give a whole number from 1 to ${LEAVES}.`,
    });
    await props.onSend(inputOf(values()));
    setSaved(true);
  });
  const error = (name: keyof SiteValues) => fieldError(form.fields(), name);
  const zones = () => {
    const known = Intl.supportedValuesOf("timeZone");
    return [...new Set(["UTC", values().time_zone, ...known])].sort();
  };

  return (
    <form class="form" onSubmit={form.submit} novalidate>
      <fieldset class="form" disabled={props.disabled}>
        <Field label="Name" name="name" error={error("name")}>
          {(control) => (
            <input
              {...control}
              class="input"
              autocomplete="off"
              value={values().name}
              onInput={(event) => set("name", event.currentTarget.value)}
            />
          )}
        </Field>
        <Field
          label="Domains"
          name="domains"
          error={error("domains")}
          hint="Hosts whose pages may send, one a line. The first is the site's address. *.example.com stands for every host below it."
        >
          {(control) => (
            <textarea
              {...control}
              class="input"
              rows={props.short ? 2 : 3}
              placeholder="example.com"
              spellcheck={false}
              autocapitalize="off"
              value={values().domains}
              onInput={(event) => set("domains", event.currentTarget.value)}
            />
          )}
        </Field>
        <Field
          label="Time zone"
          name="time_zone"
          error={error("time_zone")}
          hint="Days begin and end in this zone. Days already counted stay as they are."
        >
          {(control) => (
            <select {...control} class="input" onChange={(event) => set("time_zone", event.currentTarget.value)}>
              <For each={zones()}>
                {(zone) => (
                  <option value={zone} selected={zone === values().time_zone}>
                    {zone.replaceAll("_", " ")}
                  </option>
                )}
              </For>
            </select>
          )}
        </Field>
        <fieldset class="field">
          <legend>Who is a visitor</legend>
          <For
            each={
              [
                [
                  "daily",
                  "Anew each day",
                  "Nothing is stored in the browser; who comes back tomorrow counts as another visitor.",
                ],
                [
                  "persistent",
                  "For 30 days",
                  "The browser keeps an id, so that those who come back are known. Ask for consent where the law wants it.",
                ],
              ] as const
            }
          >
            {([value, label, hint]) => (
              <label class="radio">
                <input
                  type="radio"
                  name="identity"
                  value={value}
                  checked={values().identity === value}
                  onChange={() => set("identity", value)}
                />
                {label}
                <span class="field-hint">{hint}</span>
              </label>
            )}
          </For>
        </fieldset>
        <Show when={!props.short}>
          <Switch
            label="Public counter"
            name="public_counter"
            checked={values().public_counter}
            hint="Lets the pages of this site show everybody how many are here. It sets a cookie, visitorId, for 30 days in the browsers of those pages. Turned off, it ends within 20 seconds."
            onChange={(checked) => set("public_counter", checked)}
          />
          <Field
            label="Rate limit"
            name="rate_limit"
            error={error("rate_limit")}
            hint="Requests in 60 s from one address. Raise it when many visitors share one, such as an office."
          >
            {(control) => (
              <input
                {...control}
                class="input short num"
                type="number"
                inputmode="numeric"
                min="1"
                value={values().rate_limit}
                onInput={(event) => set("rate_limit", event.currentTarget.value)}
              />
            )}
          </Field>
          <Field
            label="Leaves"
            name="leaves"
            error={error("leaves")}
            hint="Objects that take requests in front of the site's own. 1 is none; more are added while it is busy and go again, so set more only to have them ready before a rush."
          >
            {(control) => (
              <input
                {...control}
                class="input short num"
                type="number"
                inputmode="numeric"
                min="1"
                max={LEAVES}
                value={values().leaves}
                onInput={(event) => set("leaves", event.currentTarget.value)}
              />
            )}
          </Field>
          <Field
            label="Excluded pages"
            name="excluded_paths"
            error={error("excluded_paths")}
            hint="Paths that do not count, one a line. * stands for anything: /admin/*"
          >
            {(control) => (
              <textarea
                {...control}
                class="input"
                rows="3"
                spellcheck={false}
                value={values().excluded_paths}
                onInput={(event) => set("excluded_paths", event.currentTarget.value)}
              />
            )}
          </Field>
          <Field
            label="Excluded addresses"
            name="excluded_addresses"
            error={error("excluded_addresses")}
            hint="Addresses or networks of your own, one a line: 203.0.113.7 or 2001:db8::/48"
          >
            {(control) => (
              <textarea
                {...control}
                class="input"
                rows="3"
                spellcheck={false}
                value={values().excluded_addresses}
                onInput={(event) => set("excluded_addresses", event.currentTarget.value)}
              />
            )}
          </Field>
        </Show>
        <Show when={form.problem()}>
          {(text) => (
            <p class="notice error" role="alert">
              {text()}
            </p>
          )}
        </Show>
        <div class="form-actions">
          <button type="submit" class="button" disabled={form.busy()}>
            {form.busy() ? "Saving …" : props.action}
          </button>
          <span role="status">{saved() && !props.short ? "Saved." : ""}</span>
        </div>
      </fieldset>
    </form>
  );
}
