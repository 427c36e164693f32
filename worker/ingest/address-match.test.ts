import { expect, test } from "vitest";
import { matchesAddress } from "./address-match";

test.each([
  ["192.0.2.7", "192.0.2.7", true],
  ["192.0.2.7", "192.0.2.8", false],
  ["192.0.2.0/24", "192.0.2.255", true],
  ["192.0.2.0/24", "192.0.3.0", false],
  ["0.0.0.0/0", "203.0.113.9", true],
  ["192.0.2.7", "::ffff:192.0.2.7", true],
  ["2001:db8::/32", "2001:db8:ffff::1", true],
  ["2001:db8::/32", "2001:db9::1", false],
  ["2001:db8::1", "2001:0db8:0:0:0:0:0:1", true],
  ["::/0", "192.0.2.1", false],
  ["192.0.2.0/33", "192.0.2.0", false],
  ["192.0.2.0/-1", "192.0.2.0", false],
  ["300.0.0.1", "300.0.0.1", false],
  ["not an address", "192.0.2.1", false],
  ["192.0.2.1", "", false],
  ["1:2:3", "1:2:3", false],
])("%s holds %s: %s", (pattern, address, expected) => {
  expect(matchesAddress(pattern, address)).toBe(expected);
});
