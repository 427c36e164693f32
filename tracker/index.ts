import { type Consent, type Data, type Footfall, type Install, type Part, start } from "./core";
import { guard } from "./guard";
import type { Options } from "./options";

export type { Consent, Data, Options };

const parts: Record<Part, () => Promise<{ install: Install }>> = {
  errors: () => import("./errors"),
  vitals: () => import("./vitals"),
  forms: () => import("./forms"),
  rules: () => import("./rules"),
};

let running: { api: Footfall; stop: () => void } | undefined;

/**
 * Measures this page from now on, and returns what ends it. A second call while it runs changes nothing; on a server,
 * where there is no page, nothing happens.
 */
export function init(options: Options): () => void {
  if (typeof document === "undefined") return () => {};
  running ??= run(options);
  return running.stop;
}

function run(options: Options): { api: Footfall; stop: () => void } {
  const stops: (() => void)[] = [];
  const { pushState, replaceState } = history;
  const api = start(
    options,
    (target, type, listener, capture) => {
      const safe = guard(listener as EventListener);
      target.addEventListener(type, safe, capture);
      stops.push(() => target.removeEventListener(type, safe, capture));
    },
    (part) => {
      parts[part]()
        .then(({ install }) => api.use(install))
        .catch(() => {});
    },
    [],
  );
  const patched = { pushState: history.pushState, replaceState: history.replaceState };
  return {
    api,
    stop: () => {
      if (running?.api === api) running = undefined;
      for (const stop of stops.splice(0)) stop();
      // Whoever patched them after us keeps calling ours, which then finds nothing to do.
      if (history.pushState === patched.pushState) history.pushState = pushState;
      if (history.replaceState === patched.replaceState) history.replaceState = replaceState;
      api.use((core) => {
        clearInterval(core.timer);
        core.flush();
        core.send = () => {};
      });
    },
  };
}

/** A custom event. */
export const track = (name: string, props?: Data): void => running?.api(name, props);

/** A page view, beside those that are found. */
export const page = (): void => {
  running?.api.page();
};

/** Who this is, by your own id; the id is sent with persistent identity alone. */
export const identify = (userId: string, traits?: Data): void => running?.api.identify(userId, traits);

/** What the visitor agreed to: nothing, counting without recognition, or recognition for 30 days. */
export const consent = (level: Consent): void => running?.api.consent(level);

/** Leaves this browser out from now on; remembered. */
export const optOut = (): void => running?.api.optOut();

/** Takes `optOut` back. */
export const optIn = (): void => running?.api.optIn();
