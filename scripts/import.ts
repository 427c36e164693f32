import { resolveProduct } from "./import/resolve-product.ts";
import { runScript } from "./problem.ts";

resolveProduct();
await runScript(async () => {
  const { main } = await import("./import/main.ts");
  await main();
});
