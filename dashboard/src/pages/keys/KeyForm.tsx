import { createSignal, For } from "solid-js";
import type { KeyInput, KeyScope, Site } from "../../../../protocol/management";
import { SCOPES } from "../../api/shapes";
import { createSubmit } from "../../ui/create-submit";
import { Field } from "../../ui/Field";
import { fieldError } from "../../ui/field-error";
import { requireFields } from "../../ui/require-fields";

const SCOPE_HINTS: Record<KeyScope, string> = {
  ingest: "Sends events, also past ones",
  read: "Reads live numbers and history",
  admin: "Changes sites and keys",
};

export function KeyForm(props: { sites: readonly Site[]; onSend: (input: KeyInput) => Promise<void> }) {
  const [name, setName] = createSignal("");
  const [scopes, setScopes] = createSignal<KeyScope[]>(["read"]);
  const [siteId, setSiteId] = createSignal<string | null>(null);
  const form = createSubmit(async () => {
    requireFields({ name: name(), scopes: scopes() }, { name: "Give the key a name.", scopes: "Choose at least one." });
    await props.onSend({ name: name().trim(), scopes: scopes(), site_id: siteId() });
    setName("");
  });
  const toggle = (scope: KeyScope, on: boolean) =>
    setScopes(SCOPES.filter((known) => (known === scope ? on : scopes().includes(known))));

  return (
    <form class="form" onSubmit={form.submit} novalidate>
      <Field label="Name" name="name" error={fieldError(form.fields(), "name")} hint="Where it is used: import, backup">
        {(control) => (
          <input
            {...control}
            class="input"
            autocomplete="off"
            value={name()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <fieldset class="field">
        <legend>What it may do</legend>
        <For each={SCOPES}>
          {(scope) => (
            <label class="check">
              <input
                type="checkbox"
                name="scopes"
                checked={scopes().includes(scope)}
                onChange={(event) => toggle(scope, event.currentTarget.checked)}
              />
              {scope}
              <span class="field-hint">{SCOPE_HINTS[scope]}</span>
            </label>
          )}
        </For>
        {fieldError(form.fields(), "scopes") && <p class="field-error">{fieldError(form.fields(), "scopes")}</p>}
      </fieldset>
      <Field label="Site" name="site_id" error={fieldError(form.fields(), "site_id")}>
        {(control) => (
          <select {...control} class="input" onChange={(event) => setSiteId(event.currentTarget.value || null)}>
            <option value="">All sites</option>
            <For each={props.sites}>
              {(site) => (
                <option value={site.id} selected={site.id === siteId()}>
                  {site.name}
                </option>
              )}
            </For>
          </select>
        )}
      </Field>
      {form.problem() && (
        <p class="notice error" role="alert">
          {form.problem()}
        </p>
      )}
      <div>
        <button type="submit" class="button" disabled={form.busy()}>
          {form.busy() ? "Making it …" : "Make a key"}
        </button>
      </div>
    </form>
  );
}
