import { expect, test } from "vitest";
import { firstLoad, Manifest } from "./first-load";

const manifest = Manifest.parse({
  "index.html": {
    file: "main.js",
    css: ["main.css"],
    imports: ["_shared.js"],
    dynamicImports: ["live.tsx", "other.tsx"],
  },
  "_shared.js": { file: "shared.js" },
  "live.tsx": { file: "live.js", imports: ["_shared.js", "_chart.js"], css: ["live.css"] },
  "_chart.js": { file: "chart.js", imports: ["_shared.js"] },
  "other.tsx": { file: "other.js" },
});

test("what is imported counts once, with its styles; what is loaded later does not", () => {
  expect(firstLoad(manifest, ["index.html", "live.tsx"]).sort()).toEqual([
    "chart.js",
    "live.css",
    "live.js",
    "main.css",
    "main.js",
    "shared.js",
  ]);
});

test("a page that is not there is an error, not a small page", () => {
  expect(() => firstLoad(manifest, ["gone.tsx"])).toThrow("gone.tsx");
});
