import { render } from "@solidjs/testing-library";
import { expect, test } from "vitest";
import { LiveEnd } from "./LiveEnd";

test.each([
  ["live", null, null],
  ["polling", null, null],
  ["signed_out", "Sign in again", "/sign-in?to=/live"],
  ["refused", "Ask an owner.", null],
  ["outdated", "Reload the page", null],
] as const)("%s: %s", (status, text, link) => {
  const { container, queryByRole } = render(() => (
    <LiveEnd status={status} signInTo="/sign-in?to=/live" noAccess="Ask an owner." />
  ));
  if (text === null) expect(container.textContent).toBe("");
  else expect(queryByRole("alert")?.textContent).toContain(text);
  expect(queryByRole("link")?.getAttribute("href") ?? null).toBe(link);
});
