/** Parts of wrangler.toml that an account may have switched off, with the error codes of the platform that say so. */
export const OPTIONAL_PARTS = [
  {
    section: "analytics_engine_datasets",
    name: "Analytics Engine",
    codes: [10089],
    without: "Everything works without it; the long-range copy of events in Analytics Engine is not made.",
    mend: "Open Workers, Analytics Engine in the Cloudflare dashboard once, then run npm run deploy again.",
  },
  {
    section: "r2_buckets",
    name: "R2",
    codes: [10042, 10136],
    without: "Screenshots, replays and the archive of old events are off.",
    mend: "Turn R2 on in the Cloudflare dashboard (it asks for a card), then run npm run deploy again.",
  },
  {
    section: "limits",
    name: "More CPU time for a request",
    codes: [100328],
    without:
      "Everything works without it; streams of the public counter and of programs end sooner, and are taken up again where they stopped.",
    mend: "It comes with the Workers Paid plan. With that, run npm run deploy again.",
  },
] as const;
export type OptionalPart = (typeof OPTIONAL_PARTS)[number];

/** The part that a failed `wrangler deploy` complained about, or null when it failed for another reason. */
export function missingPart(output: string): OptionalPart | null {
  return OPTIONAL_PARTS.find(({ codes }) => codes.some((code) => output.includes(`code: ${code}`))) ?? null;
}

/** A wrangler.toml without its `[[section]]` tables. */
export function withoutSection(toml: string, section: string): string {
  const kept: string[] = [];
  let inside = false;
  for (const line of toml.split("\n")) {
    const header = /^\s*\[{1,2}\s*([\w.-]+)\s*\]{1,2}/.exec(line)?.[1];
    if (header !== undefined) inside = header === section || header.startsWith(`${section}.`);
    if (!inside) kept.push(line);
  }
  return kept.join("\n");
}

/** The name of the database that a wrangler.toml means, or null where it has its id and needs no name. */
export function databaseName(toml: string): string | null {
  const section = /^\[\[d1_databases\]\]\n((?:(?!\[).*\n?)*)/m.exec(toml)?.[1] ?? "";
  if (/^\s*database_id\s*=/m.test(section)) return null;
  return /^\s*database_name\s*=\s*"([^"]+)"/m.exec(section)?.[1] ?? null;
}

/** The address that `wrangler deploy` printed: a route of the owner's own before one at workers.dev. */
export function deployedUrl(output: string): string | null {
  const custom = /^\s+([a-z0-9-]+(?:\.[a-z0-9-]+)+) \(custom domain/m.exec(output)?.[1];
  if (custom !== undefined) return `https://${custom}`;
  return /https:\/\/[a-z0-9.-]+\.workers\.dev/.exec(output)?.[0] ?? null;
}
