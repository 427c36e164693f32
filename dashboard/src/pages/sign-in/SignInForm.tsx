import { createSignal, Show } from "solid-js";
import type { Api } from "../../api/api";
import { createSubmit } from "../../ui/create-submit";
import { Field } from "../../ui/Field";
import { fieldError } from "../../ui/field-error";
import { requireFields } from "../../ui/require-fields";

export interface SignInFormProps {
  api: Pick<Api, "login">;
  /** Why another way in failed before. */
  problem?: string | undefined;
  onDone: () => void;
}

export function SignInForm(props: SignInFormProps) {
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  const form = createSubmit(async () => {
    requireFields(
      { email: email(), password: password() },
      { email: "Give your e-mail address.", password: "Give your password." },
    );
    await props.api.login({ email: email().trim(), password: password() });
    props.onDone();
  });
  const problem = () => {
    if (form.code() === "unauthorized") return "This e-mail and password do not belong together.";
    return form.problem() ?? props.problem;
  };
  return (
    <form class="form" onSubmit={form.submit} novalidate>
      <h1>Sign in</h1>
      <Show when={problem()}>
        {(text) => (
          <p class="notice error" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Field label="E-mail" name="email" error={fieldError(form.fields(), "email")}>
        {(control) => (
          <input
            {...control}
            class="input"
            type="email"
            autocomplete="username"
            autofocus
            value={email()}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Password" name="password" error={fieldError(form.fields(), "password")}>
        {(control) => (
          <input
            {...control}
            class="input"
            type="password"
            autocomplete="current-password"
            value={password()}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="button" disabled={form.busy()}>
        {form.busy() ? "Signing in …" : "Sign in"}
      </button>
    </form>
  );
}
