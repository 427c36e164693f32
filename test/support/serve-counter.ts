import { join } from "node:path";
import { bundleWorker } from "../../scripts/build.ts";
import { ROOT } from "../../scripts/root.ts";
import { evictObject } from "./evict-object.ts";
import { runWorker } from "./run-worker.ts";

/* The Worker of test/process/counter-worker. The door: `POST /?class=LeafObject&name=demo/0&sockets=hibernate`, or `close`. */

await runWorker({
  code: () => bundleWorker(join(ROOT, "test", "process", "counter-worker", "index.ts")),
  assets: false,
  atDoor: ({ searchParams: asked }, mf) => {
    const sockets = asked.get("sockets") === "close" ? "close" : "hibernate";
    return evictObject(mf, asked.get("class") ?? "", asked.get("name") ?? "", sockets);
  },
});
