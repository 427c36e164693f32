import type { BeaconEvent } from "../protocol/beacon";
import { QUEUE_FLUSH_EVENTS, QUEUE_FLUSH_INTERVAL, SIGN_OF_LIFE, type TEXT } from "../protocol/limits";
import { guard } from "./guard";
import { linkKind } from "./links";
import type { Options } from "./options";
import { makeQueue, type Outbox } from "./queue";
import { scrollDepth } from "./scroll-depth";
import { uuid } from "./uuid";

declare global {
  interface Navigator {
    /** https://w3c.github.io/gpc/; absent where it is not known. */
    readonly globalPrivacyControl?: boolean;
  }
}

export type Consent = "none" | "daily" | "persistent";
export type Data = Record<string, unknown>;
export type Call = [name: string, props?: Data | undefined];

/** What the part `rules` adds; the first call loads it. */
export interface Choices {
  identify(userId: string, traits?: Data): void;
  consent(level: Consent): void;
  optOut(): void;
  optIn(): void;
}

/** Parts that are loaded when they are wanted. */
export type Part = "errors" | "vitals" | "forms" | "rules";

export type Listen = <E extends Event>(
  target: EventTarget,
  type: string,
  listener: (event: E) => unknown,
  capture?: boolean,
) => void;

/** The global `footfall`. Nothing here throws. */
export interface Footfall extends Choices {
  (name: string, props?: Data): void;
  page(): unknown;
  /** For the parts. */
  use(install: Install): void;
}

/** What a part gets to work with. */
export interface Core extends Outbox {
  options: Options;
  api: Footfall;
  on: Listen;
  /** Script errors from before the part `errors` came, which puts itself in this place. */
  early: { [at: number]: Event; push(event: Event): unknown };
  /** Choices made before the part `rules` came, which puts itself in this place. */
  asked: { push(choice: () => void): unknown };
  track(type: BeaconEvent["event_type"], fields: Partial<BeaconEvent>, now?: boolean): unknown;
  /** Every event goes through here. */
  send(event: BeaconEvent, now?: boolean): void;
  /** Counts the page, once. */
  begin(): void;
  flush(hiding?: boolean): void;
  /** Of the queue and the sign of life. */
  timer: ReturnType<typeof setInterval>;
  /** Ends the page view there is, and begins another. */
  view(): void;
}
export type Install = (core: Core) => void;

/** Type-checked against the limit; importing the object would cost the script all of its numbers. */
const URL_CHARACTERS: typeof TEXT.url = 2_048;
const DAY = 864e5;
/** More than these are not kept for a part that may never come. */
const EARLY_ERRORS = 20;

/**
 * Begins to measure this page. `on` adds a listener that cannot throw; `load` brings a part and gives its `install` to
 * `use`; `calls` are those made before.
 */
export const start = (options: Options, on: Listen, load: (part: Part) => void, calls: Call[] | 0): Footfall => {
  const capture = options.capture || "";
  let seq = 0;
  let ticks = 0;
  let path: string;
  let url = "";
  let referrer: string | undefined = document.referrer;
  let depth = 0;
  let hidden = document.hidden;
  /** The page view has ended, or none has begun. */
  let left = true;

  let engaged = 0;
  let engagedSince = 0;

  /** Somebody looks at a page that is visible and has the focus. To be called whenever that changes. */
  const settle = () => {
    const now = performance.now();
    if (engagedSince) engaged += now - engagedSince;
    engagedSince = !hidden && document.hasFocus() ? now : 0;
  };

  // Until the page view, nothing: the part that decides whether there may be one is on its way.
  const track: Core["track"] = (event_type, fields, now) =>
    calls || core.send({ timestamp: Date.now(), event_type, page_url: url, ...fields }, now);
  // A batch of events is a sign of life as well.
  const ping = () => hidden || core.waiting[0] || track("ping", {}, true);
  const measure = () => {
    depth = Math.max(depth, scrollDepth(scrollY, innerHeight, document.documentElement.scrollHeight));
  };
  const leave = () => {
    settle();
    if (!left) track("leave", { engaged_ms: Math.min(DAY, Math.round(engaged)), scroll_depth: depth });
    left = true;
    engaged = depth = 0;
  };
  const fragment = () => (options.hash ? location.hash : "");
  const currentPath = () => location.pathname + fragment();
  const view = () => {
    leave();
    left = false;
    path = currentPath();
    url = (location.href.split("#")[0] + fragment()).slice(0, URL_CHARACTERS);
    track("pageview", { title: document.title, referrer }, true);
    referrer = undefined;
  };
  const check = () => {
    if (!calls && path !== currentPath()) view();
  };
  // A router sets the title after the address, and may go on to another address at once.
  const checkSoon = () => setTimeout(check);

  const hide = () => {
    measure();
    hidden = true;
    leave();
    flush(true);
  };
  const show = () => {
    if (hidden) {
      hidden = false;
      left = !url;
      settle();
      ping();
    }
  };

  const api = guard((name: string, props?: Data) => {
    if (calls) calls.push([name, props]);
    else {
      check();
      track("custom", { name, event_data: props });
    }
  }) as Footfall;
  api.page = () => calls || view();
  api.use = (install) => install(core);
  for (const name of ["identify", "consent", "optOut", "optIn"] as const) {
    api[name] = (...args: unknown[]) => {
      core.asked.push(() => Reflect.apply(api[name], api, args));
      load("rules");
    };
  }

  const core: Core = {
    options,
    api,
    on,
    url: `${options.api}/api/v1/track`,
    sender: {
      site: options.site,
      tab: uuid(),
      context: {
        screen_width: screen.width,
        screen_height: screen.height,
        viewport_width: innerWidth,
        viewport_height: innerHeight,
        language: navigator.language,
      },
    },
    envelope: () => ({ ...core.sender, sent_at: Date.now(), visible: !hidden }),
    waiting: [],
    most: QUEUE_FLUSH_EVENTS,
    early: [],
    asked: [],
    track,
    send: (event, now) => push(JSON.stringify({ seq: event.event_type === "ping" ? undefined : seq++, ...event }), now),
    begin: () => {
      if (!calls) return;
      const earlier = calls;
      calls = 0;
      view();
      for (const [name, props] of earlier) api(name, props);
      for (const part of capture.match(/errors|vitals|forms/g) || []) load(part as Part);
    },
    view,
    timer: setInterval(() => {
      if (++ticks % (SIGN_OF_LIFE / QUEUE_FLUSH_INTERVAL) === 0) ping();
      flush();
    }, QUEUE_FLUSH_INTERVAL),
    flush: (hiding) => flush(hiding),
  };
  const [push, flush] = makeQueue(core);

  for (const method of ["pushState", "replaceState"] as const) {
    const original = history[method];
    history[method] = function (...args) {
      measure();
      original.apply(this, args);
      checkSoon();
    };
  }
  on(window, "popstate", checkSoon);
  on(document, "visibilitychange", () => (document.hidden ? hide() : show()));
  on(window, "pagehide", hide);
  on(window, "pageshow", (event: PageTransitionEvent) => {
    if (event.persisted) {
      hidden = false;
      view();
    }
  });
  on(window, "focus", settle);
  on(window, "blur", settle);
  on(window, "scroll", measure);
  for (const type of ["click", "auxclick"]) {
    on(
      document,
      type,
      ({ target, button }: MouseEvent) => {
        const link = (target as Element).closest<HTMLAnchorElement>("a[href]");
        const kind = link && button < 2 && linkKind(link, location.host);
        if (kind) track(kind, { name: link.href.slice(0, URL_CHARACTERS) });
      },
      true,
    );
  }
  if (capture.includes("errors")) {
    for (const type of ["error", "unhandledrejection"]) {
      on(window, type, (event) => core.early[EARLY_ERRORS] || core.early.push(event), true);
    }
  }

  // What few pages and browsers need is decided by a part; without it nothing is recorded.
  let special: unknown =
    options.identity ||
    options.include ||
    options.exclude ||
    document.prerendering ||
    navigator.globalPrivacyControl ||
    navigator.doNotTrack === "1";
  guard(() => {
    special ||= localStorage.getItem("footfall_ignore");
  })();
  if (special) load("rules");
  else core.begin();

  return api;
};
