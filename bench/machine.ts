import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import process from "node:process";
import * as z from "zod";
import { ROOT } from "../scripts/root.ts";

/** Where and when figures were measured. */
export const Machine = z.object({
  date: z.string(),
  commit: z.string(),
  cpu: z.string(),
  cores: z.number(),
  memory_gb: z.number(),
  node: z.string(),
  workerd: z.string(),
  system: z.string(),
});
export type Machine = z.infer<typeof Machine>;

const Package = z.object({ version: z.string() });

export function thisMachine(): Machine {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : " with changes"),
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    workerd: Package.parse(JSON.parse(readFileSync(join(ROOT, "node_modules", "workerd", "package.json"), "utf8")))
      .version,
    system: `${process.platform} ${process.arch}`,
  };
}

function git(...args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    // Not a clone, or no git.
    return "unknown";
  }
}
