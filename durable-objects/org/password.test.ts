import { scryptSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hashPassword, verifyPassword } from "./password";

/** Cheap parameters, which a stored hash may have. */
const CHEAP = "scrypt$16$1$1$AAAAAAAAAAAAAAAAAAAAAA$";

describe("a password", () => {
  test("is verified by the hash of it, and another is not", async () => {
    const stored = await hashPassword("correct horse");
    expect(stored).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword("correct horse", stored)).toBe(true);
    expect(await verifyPassword("correct horse ", stored)).toBe(false);
    expect(await verifyPassword("", stored)).toBe(false);
  });

  test("has another hash each time", async () => {
    expect(await hashPassword("same")).not.toBe(await hashPassword("same"));
  });

  test("may be typed composed or decomposed", async () => {
    expect(await verifyPassword("cafe\u0301", await hashPassword("caf\u00e9"))).toBe(true);
  });

  test("is verified by the parameters that are stored with it", async () => {
    const hash = scryptSync("pass", Buffer.alloc(16), 32, { N: 16, r: 1, p: 1 }).toString("base64url");
    expect(await verifyPassword("pass", CHEAP + hash)).toBe(true);
    expect(await verifyPassword("pass", CHEAP.replace("$16$", "$32$") + hash)).toBe(false);
  });
});

describe("a stored text that is no hash of ours, or too costly, verifies nothing", () => {
  const hash = "A".repeat(43);
  test.each([
    "",
    "pass",
    "$2b$10$abcdefghijklmnopqrstuv",
    CHEAP,
    `scrypt$0$8$1$${"A".repeat(22)}$${hash}`,
    `scrypt$1$8$1$${"A".repeat(22)}$${hash}`,
    `scrypt$15$8$1$${"A".repeat(22)}$${hash}`,
    `scrypt$16384$0$1$${"A".repeat(22)}$${hash}`,
    `scrypt$16384$8$0$${"A".repeat(22)}$${hash}`,
    `scrypt$1048576$8$1$${"A".repeat(22)}$${hash}`,
    `scrypt$16384$8$99$${"A".repeat(22)}$${hash}`,
    `scrypt$131072$8$1$${"A".repeat(22)}$${hash}`,
    `scrypt$16384$8$5$AA$${hash}`,
    `scrypt$16384$8$5$${"A".repeat(22)}$`,
  ])("%s", async (stored) => {
    expect(await verifyPassword("pass", stored)).toBe(false);
  });
});
