import { createSignal, For, type JSX, Show, untrack } from "solid-js";
import { LEAVES } from "../../../../protocol/limits";
import type { SiteInput } from "../../../../protocol/management";
import { createSubmit } from "../../ui/create-submit";
import { Field, type FieldProps } from "../../ui/Field";
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
  /** Shown below the switch of the public counter. */
  counter?: JSX.Element;
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
  /** The parts of a field whose value is what was typed. */
  const bound = (name: "domains" | "rate_limit" | "leaves" | "excluded_paths" | "excluded_addresses") => ({
    name,
    get error() {
      return error(name);
    },
    get value() {
      return values()[name];
    },
    onInput: (value: string) => set(name, value),
  });
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
        <Lines
          {...bound("domains")}
          label="Domains"
          hint="Hosts whose pages may send, one a line. The first is the site's address. *.example.com stands for every host below it."
          rows={props.short ? 2 : 3}
          placeholder="example.com"
        />
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
        <Show when={!props.short}>
          <h2>What counts</h2>
        </Show>
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
          <Lines
            {...bound("excluded_paths")}
            label="Excluded pages"
            hint="Paths that do not count, one a line. * stands for anything: /admin/*"
          />
          <Lines
            {...bound("excluded_addresses")}
            label="Excluded addresses"
            hint="Addresses or networks of your own, one a line: 203.0.113.7 or 2001:db8::/48"
          />
          <h2>Public counter</h2>
          <Switch
            label="Show everybody how many are here"
            name="public_counter"
            checked={values().public_counter}
            hint="On the pages of this site. It sets a cookie, visitorId, for 30 days in the browsers of those pages. Turned off, it ends within 20 seconds."
            onChange={(checked) => set("public_counter", checked)}
          />
          {props.counter}
          <h2>Load</h2>
          <WholeNumber
            {...bound("rate_limit")}
            label="Rate limit"
            hint="Requests in 60 s from one address. Raise it when many visitors share one, such as an office."
          />
          <WholeNumber
            {...bound("leaves")}
            label="Leaves"
            max={LEAVES}
            hint="Objects that take requests in front of the site's own, at least. 1 is none. More are added while the site is busy and go again, so set more only to have them ready before a rush."
          />
        </Show>
        <Show when={form.problem()}>
          {(text) => (
            <p class="notice error" role="alert">
              {text()}
            </p>
          )}
        </Show>
        <div class="form-actions" classList={{ kept: !props.short }}>
          <button type="submit" class="button" disabled={form.busy()}>
            {form.busy() ? "Saving …" : props.action}
          </button>
          <span role="status">{saved() && !props.short ? "Saved." : ""}</span>
        </div>
      </fieldset>
    </form>
  );
}

interface TextFieldProps extends Pick<FieldProps, "label" | "name" | "hint" | "error"> {
  value: string;
  onInput: (value: string) => void;
}

/** A list with an entry a line, none of which is prose. */
function Lines(props: TextFieldProps & { rows?: number; placeholder?: string }) {
  return (
    <Field label={props.label} name={props.name} error={props.error} hint={props.hint}>
      {(control) => (
        <textarea
          {...control}
          class="input"
          rows={props.rows ?? 3}
          placeholder={props.placeholder}
          spellcheck={false}
          autocapitalize="off"
          value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A whole number from 1 on. */
function WholeNumber(props: TextFieldProps & { max?: number }) {
  return (
    <Field label={props.label} name={props.name} error={props.error} hint={props.hint}>
      {(control) => (
        <input
          {...control}
          class="input short num"
          type="number"
          inputmode="numeric"
          min="1"
          max={props.max}
          value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
