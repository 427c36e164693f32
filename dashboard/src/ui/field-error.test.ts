import { expect, it } from "vitest";
import { fieldError } from "./field-error";

it.each([
  [{ name: "Too long." }, "name", "Too long."],
  [{ "domains.1": "A host name." }, "domains", "Line 2: A host name."],
  [{ "domains.x": "A host name." }, "domains", "A host name."],
  [{ domains_more: "Other." }, "domains", undefined],
  [{}, "name", undefined],
])("finds in %j what is wrong with %s", (fields, name, text) => expect(fieldError(fields, name)).toBe(text));
