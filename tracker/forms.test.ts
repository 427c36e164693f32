import { expect, test } from "vitest";
import { formName } from "./forms";

test.each([
  [{ id: "sign-up", name: "other" }, "sign-up"],
  [{ name: "order" }, "order"],
  [{ action: "/subscribe?mail=a@example.com" }, "/subscribe"],
  [{ action: "https://example.com/pay" }, "/pay"],
  [{}, "/page"],
])("%j is called %s", (attributes: Record<string, string>, name) =>
  expect(formName({ getAttribute: (key) => attributes[key] ?? null }, "https://shop.example/page?q=1")).toBe(name),
);
