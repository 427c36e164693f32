import { expect, it } from "vitest";
import { actionText, detailsOf, whoText } from "./audit-words";

it.each([
  ["filter_applied", "Filter applied"],
  ["exportStarted", "Export started"],
  ["Sorted by  name", "Sorted by name"],
  ["__", "__"],
])("%s reads “%s”", (action, text) => expect(actionText(action)).toBe(text));

it.each([
  [{ filterType: "country", value: "AT" }, [["country", "Austria"]]],
  [{ filterType: "country" }, [["filter type", "country"]]],
  [{ value: 3 }, [["value", "3"]]],
  [
    { fromDay: "2026-11-01", n: { a: 1 } },
    [
      ["from day", "2026-11-01"],
      ["n", '{"a":1}'],
    ],
  ],
  [{ "": null }, [["", "null"]]],
  [{}, []],
])("%j are %j", (details, parts) => expect(detailsOf(details)).toEqual(parts));

it.each([
  [{ id: "u", kind: "member", name: "ann@example.com" }, "ann@example.com"],
  [{ id: "k", kind: "key", name: "Robot" }, "Key Robot"],
  [{ id: "u", kind: "unknown", name: null }, "Not known any more (u)"],
] as const)("%j is %s", (by, text) => expect(whoText(by)).toBe(text));
