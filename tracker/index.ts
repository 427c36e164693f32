import { type Consent, type Core, type Data, type Part, start } from "./core";
import type { Options } from "./options";

export type { Consent, Data, Options };

const parts: Record<Part, () => Promise<{ install(core: Core): void }>> = {
  errors: () => import("./errors"),
  vitals: () => import("./vitals"),
  forms: () => import("./forms"),
  rules: () => import("./rules"),
  live: () => import("./live"),
};

let running: { core: Core; stop: () => void } | undefined;

/**
 * Measures this page from now on, and returns what ends it. A second call while it runs changes nothing; on a server,
 * where there is no page, nothing happens.
 */
export function init(options: Options): () => void {
  if (typeof document === "undefined") return () => {};
  running ??= run(options);
  return running.stop;
}

function run(options: Options): { core: Core; stop: () => void } {
  const listeners = new AbortController();
  const { pushState, replaceState } = methods();
  const collector = new URL(options.api, location.href).href;
  const core = start({ ...options, api: collector }, (part) => parts[part](), [], {
    capture: true,
    signal: listeners.signal,
  });
  let patched = methods();
  const { begin } = core;
  // Where a part decides first, the core begins later.
  core.begin = () => {
    begin();
    patched = methods();
  };
  return {
    core,
    stop: () => {
      if (running?.core === core) running = undefined;
      listeners.abort();
      core.timers?.forEach(clearInterval);
      // Whoever patched them after us keeps calling ours, which then finds nothing to do.
      if (history.pushState === patched.pushState) history.pushState = pushState;
      if (history.replaceState === patched.replaceState) history.replaceState = replaceState;
      core.sleep?.();
      core.flush();
      core.send = () => {};
      core.begin = () => {};
    },
  };
}

const methods = () => ({ pushState: history.pushState, replaceState: history.replaceState });

/** A custom event. */
export const track = (name: string, props?: Data): void => running?.core.global(name, props);

/** A page view, beside those that are found. */
export const page = (): void => {
  running?.core.global.page();
};

/** Who this is, by your own id; the id is sent with persistent identity alone. */
export const identify = (userId: string, traits?: Data): void => running?.core.global.identify(userId, traits);

/** What the visitor agreed to: nothing, counting without recognition, or recognition for 30 days. */
export const consent = (level: Consent): void => running?.core.global.consent(level);

/** Leaves this browser out from now on; remembered. */
export const optOut = (): void => running?.core.global.optOut();

/** Takes `optOut` back. */
export const optIn = (): void => running?.core.global.optIn();
