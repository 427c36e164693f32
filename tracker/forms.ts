import type { Core } from "./core";

/** What a form is called: its id, its name, or the path it sends to. Attributes, as a field named `id` hides the property. */
export const formName = (form: Pick<Element, "getAttribute">, base: string): string =>
  form.getAttribute("id") || form.getAttribute("name") || new URL(form.getAttribute("action") || "", base).pathname;

/** Reports that a form was sent: its name, never what it holds. */
export const install = (core: Core): void =>
  core.on("submit", ({ target }) => core.track("form", { name: formName(target as Element, location.href) }));
