import { expect, test } from "vitest";
import { countryCode } from "./country";

test.each([
  ["AT", "AT"],
  ["at", "AT"],
  ["India", "IN"],
  ["united states", "US"],
  [" Germany ", "DE"],
  ["QQ", null],
  ["Atlantis", null],
  ["", null],
])("%s is %s", (text, code) => {
  expect(countryCode(text)).toBe(code);
});
