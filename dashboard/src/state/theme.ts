import { createSignal } from "solid-js";
import { store, stored } from "./stored";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const [theme, setSignal] = createSignal<Theme>(THEMES.find((known) => known === stored("theme")) ?? "system");

export { theme };

export function setTheme(next: Theme): void {
  setSignal(next);
  store("theme", next === "system" ? null : next);
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
}

/** The one after it, for a key that goes round. */
export const nextTheme = (from: Theme): Theme => THEMES[(THEMES.indexOf(from) + 1) % THEMES.length] ?? "system";
