import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** Passwords by scrypt; parameters and salt stand beside the hash: `scrypt$N$r$p$salt$hash`, the last two base64url. */

interface Parameters {
  N: number;
  r: number;
  p: number;
}

/** 16 MiB and about 150 ms; N * r * p stays below the 2^20 that the platform allows (OWASP's third scrypt set). */
const NOW: Parameters = { N: 16_384, r: 8, p: 5 };
/** A stored string with larger ones is not ours. */
const MOST: Parameters = { N: 65_536, r: 16, p: 8 };
const BYTES = 32;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, NOW);
  return `scrypt$${NOW.N}$${NOW.r}$${NOW.p}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}

/** False also for a stored string that cannot be read. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const match = /^scrypt\$(\d{1,6})\$(\d{1,3})\$(\d{1,3})\$([\w-]{8,100})\$([\w-]{20,200})$/.exec(stored);
  if (!match) return false;
  const [, N, r, p, salt = "", hash = ""] = match;
  const parameters = { N: Number(N), r: Number(r), p: Number(p) };
  if (parameters.N > MOST.N || parameters.r > MOST.r || parameters.p > MOST.p) return false;
  const expected = Buffer.from(hash, "base64url");
  const got = await derive(password, Buffer.from(salt, "base64url"), parameters);
  return got.length === expected.length && timingSafeEqual(got, expected);
}

function derive(password: string, salt: Buffer, { N, r, p }: Parameters): Promise<Buffer> {
  return new Promise((done, failed) => {
    // The same characters typed on another system may be composed differently.
    scrypt(password.normalize("NFKC"), salt, BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error) failed(error);
      else done(key);
    });
  });
}
