import process from "node:process";
import { type Browser, type BrowserContextOptions, chromium } from "playwright-core";
import { findBrowser } from "../../scripts/browser.ts";
import { PATIENCE } from "./patience.ts";

/** A headless Chromium of this machine. Close it when done. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: flags(), timeout: PATIENCE });
  const newContext = browser.newContext.bind(browser);
  return Object.assign(browser, {
    newContext: async (options?: BrowserContextOptions) => {
      const context = await newContext(options);
      context.setDefaultTimeout(PATIENCE);
      return context;
    },
  });
}

function flags(): string[] {
  const quiet = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Its own name says "Headless", which counts as a bot.
    "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  ];
  // Chromium's sandbox refuses to work for root.
  return process.getuid?.() === 0 ? ["--no-sandbox", ...quiet] : quiet;
}
