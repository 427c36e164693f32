import * as z from "zod";

const names = z.record(z.string(), z.string()).optional();
const Lock = z.object({
  packages: z.record(z.string(), z.object({ dependencies: names, optionalDependencies: names })),
});

/**
 * What a package-lock.json names without saying where to get it, as "user -> dependency". npm leaves such gaps when a package
 * for another system is missing in the registry; `npm ci` then fails on that system.
 */
export function lockGaps(lock: unknown): string[] {
  const { packages } = Lock.parse(lock);
  return Object.entries(packages).flatMap(([place, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !foldersAbove(place).some((folder) => `${folder}node_modules/${name}` in packages))
      .map((name) => `${place || "package.json"} -> ${name}`),
  );
}

/** Where Node looks for a package's dependencies: beside it, then in each folder above. */
function foldersAbove(place: string): string[] {
  if (place === "") return [""];
  const parent = place.lastIndexOf("node_modules/");
  return [`${place}/`, ...foldersAbove(place.slice(0, Math.max(parent, 0)).replace(/\/$/, ""))];
}
