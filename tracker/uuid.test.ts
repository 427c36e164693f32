import { expect, test } from "vitest";
import * as z from "zod";
import { uuid } from "./uuid";

test("is a UUID as the collector parses it, another one each time", () => {
  const [one, two] = [uuid(), uuid()];
  expect(z.uuid().safeParse(one).success).toBe(true);
  expect(one).not.toBe(two);
});
