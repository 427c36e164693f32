import { join } from "node:path";
import process from "node:process";
import { bundleWorker } from "../../../scripts/build.ts";
import { ROOT } from "../../../scripts/root.ts";
import { evictObject } from "../../support/evict-object.ts";
import { runWorker } from "../../support/run-worker.ts";

/* The Worker of test/chaos/worker. The door: `POST /evict?site=ID`, `POST /cron?at=MS`. */

await runWorker({
  code: async () => {
    // Another release is other code that does the same.
    const release = JSON.stringify(process.env.FAULTY_RELEASE ?? "1");
    const code = await bundleWorker(join(ROOT, "test", "chaos", "worker", "index.ts"));
    return `globalThis.faultyRelease = ${release};\n${code}`;
  },
  atDoor: async ({ pathname, searchParams: asked }, mf) => {
    if (pathname === "/evict") return evictObject(mf, "SiteObject", asked.get("site") ?? "", "hibernate");
    const worker = await mf.getWorker("footfall");
    await worker.scheduled({ cron: "*/5 * * * *", scheduledTime: new Date(Number(asked.get("at"))) });
  },
});
