import { Buffer } from "node:buffer";
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

/** OWASP's scrypt set for 16 MiB of memory (N = 2^14, r = 8, p = 5); the platform stops at N*r*p = 2^20. */
const COST = { N: 16_384, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** 128*N*r bytes and a little: what the costliest stored hash that is still computed may take. */
const MEMORY = 64 * 1024 * 1024;
const MOST_WORK = 2 ** 20;

/** `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
const STORED = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22,86})\$([\w-]{43,86})$/;

/** The password as it is stored: with a salt of its own and the parameters it was hashed with. About 150 ms of CPU. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = scryptSync(normalized(password), salt, HASH_BYTES, { ...COST, maxmem: MEMORY });
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** Whether it is the password that was stored, by the parameters stored with it. False for a text that is no hash of ours. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parsed = parseStored(stored);
  if (!parsed) return false;
  const { N, r, p, salt, hash } = parsed;
  const given = scryptSync(normalized(password), salt, hash.length, { N, r, p, maxmem: MEMORY });
  return timingSafeEqual(given, hash);
}

function parseStored(stored: string) {
  const [, n, block, lanes, salt, hash] = STORED.exec(stored) ?? [];
  if (!salt || !hash) return null;
  const [N, r, p] = [Number(n), Number(block), Number(lanes)];
  const isPower = N > 1 && Number.isInteger(Math.log2(N));
  const affordable = r > 0 && p > 0 && N * r * p <= MOST_WORK && 128 * r * (N + p + 2) < MEMORY;
  if (!isPower || !affordable) return null;
  return { N, r, p, salt: Buffer.from(salt, "base64url"), hash: Buffer.from(hash, "base64url") };
}

/** Keyboards write the same letter in more than one way. */
const normalized = (password: string) => password.normalize("NFKC");
