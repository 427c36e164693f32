import { createSignal, Show, untrack } from "solid-js";
import type { Api } from "../../api/api";
import { createSubmit } from "../../ui/create-submit";
import { Field } from "../../ui/Field";
import { fieldError } from "../../ui/field-error";
import { requireFields } from "../../ui/require-fields";

/** Makes the first owner of a new installation. `token` came with the set-up link; empty: it is asked for. */
export function SetupForm(props: { api: Pick<Api, "setup">; token: string; onDone: () => void }) {
  const given = untrack(() => props.token);
  const [values, setValues] = createSignal({ setup_token: given, organization: "", email: "", password: "" });
  const set = (name: keyof ReturnType<typeof values>) => (event: InputEvent & { currentTarget: HTMLInputElement }) =>
    setValues({ ...values(), [name]: event.currentTarget.value });
  const form = createSubmit(async () => {
    requireFields(values(), {
      setup_token: "Give the set-up token.",
      organization: "Give the organization a name.",
      email: "Give your e-mail address.",
      password: "Choose a password.",
    });
    await props.api.setup({ ...values(), email: values().email.trim() });
    props.onDone();
  });
  const error = (name: string) => fieldError(form.fields(), name);
  return (
    <form class="form" onSubmit={form.submit} novalidate>
      <div class="entrance-head">
        <h1>Set up footfall</h1>
        <p class="lead">You become the owner: you manage sites, members and keys.</p>
      </div>
      <Show when={form.problem() ?? (given ? error("setup_token") : undefined)}>
        {(text) => (
          <p class="notice error" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Show when={!given}>
        <Field
          label="Set-up token"
          name="setup_token"
          error={error("setup_token")}
          hint="The deploy printed it at its end. Opening its link fills this in."
        >
          {(control) => (
            <input
              {...control}
              class="input"
              autocomplete="off"
              value={values().setup_token}
              onInput={set("setup_token")}
            />
          )}
        </Field>
      </Show>
      <Field label="Organization" name="organization" error={error("organization")}>
        {(control) => (
          <input
            {...control}
            class="input"
            autocomplete="organization"
            value={values().organization}
            onInput={set("organization")}
          />
        )}
      </Field>
      <Field label="E-mail" name="email" error={error("email")}>
        {(control) => (
          <input
            {...control}
            class="input"
            type="email"
            autocomplete="username"
            value={values().email}
            onInput={set("email")}
          />
        )}
      </Field>
      <Field
        label="Password"
        name="password"
        error={error("password")}
        hint={error("password") ? undefined : "At least 10 characters."}
      >
        {(control) => (
          <input
            {...control}
            class="input"
            type="password"
            autocomplete="new-password"
            value={values().password}
            onInput={set("password")}
          />
        )}
      </Field>
      <button type="submit" class="button" disabled={form.busy()}>
        {form.busy() ? "Setting up …" : "Set up"}
      </button>
    </form>
  );
}
