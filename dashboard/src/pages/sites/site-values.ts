import { SITE_RATE_LIMIT } from "../../../../protocol/limits";
import type { SiteInput, SitePatch } from "../../../../protocol/management";

/** A site as a form holds it: lists are texts with a line each. */
export interface SiteValues {
  name: string;
  domains: string;
  time_zone: string;
  identity: SiteInput["identity"];
  public_counter: boolean;
  rate_limit: string;
  leaves: string;
  excluded_paths: string;
  excluded_addresses: string;
}

const PARTS = [
  "name",
  "domains",
  "time_zone",
  "identity",
  "public_counter",
  "rate_limit",
  "leaves",
  "excluded_paths",
  "excluded_addresses",
] as const satisfies readonly (keyof SiteValues)[];

/** The defaults of a new site. */
export function emptySite(timeZone: string): SiteInput {
  return {
    name: "",
    domains: [],
    group_id: null,
    time_zone: timeZone,
    identity: "daily",
    public_counter: false,
    rate_limit: SITE_RATE_LIMIT,
    leaves: 1,
    excluded_paths: [],
    excluded_addresses: [],
  };
}

export function valuesOf(site: SiteInput): SiteValues {
  return {
    name: site.name,
    domains: site.domains.join("\n"),
    time_zone: site.time_zone,
    identity: site.identity,
    public_counter: site.public_counter,
    rate_limit: String(site.rate_limit),
    leaves: String(site.leaves),
    excluded_paths: site.excluded_paths.join("\n"),
    excluded_addresses: site.excluded_addresses.join("\n"),
  };
}

const lines = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);

/** `https://Example.com/shop` as people paste it is the host `example.com`. */
export function hostOf(line: string): string {
  return line
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[/?#].*$/, "")
    .toLowerCase();
}

/** What differs, so that saving leaves alone what changed elsewhere meanwhile. */
export function changesOf(site: SiteInput, input: Omit<SiteInput, "group_id">): SitePatch {
  const patch: SitePatch = { ...input };
  for (const name of PARTS) if (JSON.stringify(input[name]) === JSON.stringify(site[name])) delete patch[name];
  return patch;
}

/** What the server gets. The group stays as it was: it is not edited here. */
export function inputOf(values: SiteValues): Omit<SiteInput, "group_id"> {
  return {
    name: values.name.trim(),
    domains: lines(values.domains).map(hostOf),
    time_zone: values.time_zone,
    identity: values.identity,
    public_counter: values.public_counter,
    rate_limit: Number(values.rate_limit),
    leaves: Number(values.leaves),
    excluded_paths: lines(values.excluded_paths),
    excluded_addresses: lines(values.excluded_addresses),
  };
}
