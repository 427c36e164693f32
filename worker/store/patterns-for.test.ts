import { expect, test } from "vitest";
import { matchesHost } from "../enrich/path-match";
import { patternsFor } from "./sites";

test.each([
  ["example.com", ["example.com", "www.example.com", "*.com"]],
  ["Example.com:8080", ["example.com", "www.example.com", "*.com"]],
  ["www.example.com", ["www.example.com", "example.com", "*.example.com", "*.com"]],
  ["a.b.example.com.", ["a.b.example.com", "www.a.b.example.com", "*.b.example.com", "*.example.com", "*.com"]],
  ["localhost:3000", ["localhost", "www.localhost"]],
  ["", []],
  ["x".repeat(300), []],
])("%s", (host, patterns) => {
  expect(patternsFor(host)).toEqual(patterns);
});

test("are those by which a beacon of that host is kept", () => {
  for (const host of ["example.com", "www.example.com", "a.b.example.com"]) {
    for (const pattern of patternsFor(host)) expect(matchesHost(pattern, host)).toBe(true);
  }
});
