import type { BeaconEvent, TrackRequest } from "../protocol/beacon";
import { IN_FLIGHT_BYTES, QUEUE_FLUSH_EVENTS, QUEUE_FLUSH_INTERVAL, QUEUE_KEEP_EVENTS } from "../protocol/limits";
import { guard } from "./guard";
import { linkKind } from "./links";
import { BEACON_TIME, EARLY_ERRORS, EVENT_CHARACTERS, MOST_ENGAGED, TICKS, URL_CHARACTERS } from "./numbers";
import type { Options } from "./options";
import { isTransient, retryDelay } from "./retry";
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
export type Load = (part: Part) => Promise<{ install(core: Core): void }>;

/** The global `footfall`. Nothing here throws. */
export interface Footfall extends Choices {
  (name: string, props?: Data): void;
  page(): void;
}

/** What a part gets to work with. */
export interface Core {
  options: Options;
  /** Who sends. */
  sender: Partial<TrackRequest>;
  /** What a batch says beside its events. */
  envelope(): object;
  /** Events as JSON, so that what the page changes afterwards changes nothing here. */
  waiting: string[];
  /** Events in a batch, at most. */
  most: number;
  global: Footfall;
  /** Listens, before the page does, to events of the window and of all that is in it; types are separated by spaces. */
  on<E extends Event>(types: string, listener: (event: E) => unknown): void;
  /** Script errors from before the part `errors` came, which puts itself in this place. */
  early: { [at: number]: Event; push(event: Event): unknown };
  /** Choices made before the part `rules` came, which puts itself in this place. */
  asked: { push(choice: Choice): unknown };
  track(type: BeaconEvent["event_type"], fields: Partial<BeaconEvent>, now?: boolean): unknown;
  /** Every event goes through here. */
  send(event: BeaconEvent, now?: boolean): void;
  /** Counts the page, once. */
  begin(): void;
  flush(hiding?: boolean): unknown;
  /** Of the queue and the sign of life. */
  timer: ReturnType<typeof setInterval>;
  /** Ends the page view there is, and begins another. */
  view(): void;
}
export type Choice = [name: keyof Choices, args: unknown[]];

/**
 * Begins to measure this page. `load` brings a part; `calls` are those made before; `listening` is how to add
 * listeners, which must be with `capture`.
 */
export const start = (
  options: Options,
  load: Load,
  calls: Call[] | 0,
  listening: true | AddEventListenerOptions = true,
): Core => {
  const waiting: string[] = [];
  const collector = `${options.api}/api/v1/track`;
  let seq = 0;
  let ticks = 0;
  let path: string;
  let url = "";
  let depth = 0;
  let hidden = document.hidden;
  /** The page view has ended, or none has begun. */
  let left = true;
  let engaged = 0;
  let engagedSince = 0;
  let failures = 0;
  /** When a failing collector may be asked again; 0 while it works. */
  let heldUntil = 0;
  let inFlight = 0;

  /** Takes down how far the visitor has scrolled and how long the page had the focus; wherever one of these changes. */
  const look = () => {
    const now = performance.now();
    if (engagedSince) engaged += now - engagedSince;
    engagedSince = !hidden && document.hasFocus() ? now : 0;
    depth = Math.max(depth, scrollDepth(scrollY, innerHeight, document.documentElement.scrollHeight));
  };

  // Until the page view, nothing: the part that decides whether there may be one is on its way.
  const track: Core["track"] = (event_type, fields, now) =>
    calls || core.send({ timestamp: Date.now(), event_type, page_url: url, ...fields }, now);
  // A batch of events is a sign of life as well.
  const ping = () => hidden || waiting[0] || track("ping", {}, true);
  const leave = () => {
    if (!left) track("leave", { engaged_ms: Math.min(MOST_ENGAGED, engaged | 0), scroll_depth: depth });
    left = true;
    engaged = depth = 0;
  };
  const address = () => location.href.replace(options.hash === undefined ? /#.*/ : "", "");
  const currentPath = () => address().replace(/\?[^#]*/, "");
  const view = () => {
    if (calls) return;
    leave();
    left = false;
    path = currentPath();
    url = address().slice(0, URL_CHARACTERS);
    track("pageview", { title: document.title, referrer: seq ? "" : document.referrer }, true);
  };
  const check = () => {
    if (path !== currentPath()) view();
  };
  // A router sets the title after the address, and may go on to another address at once.
  const move = () => {
    look();
    setTimeout(check);
  };
  const bring = (part: Part) => {
    load(part)
      .then(({ install }) => install(core))
      .catch(() => {});
  };

  /**
   * Sends the first batch of what waits, now. On hiding, which may be the last chance, it sends all that may be on its
   * way at once, to a failing collector too.
   */
  const flush = async (hiding?: boolean): Promise<void> => {
    if (!hiding && Date.now() < heldUntil) return;
    let body: string;
    let bytes: number;
    let count = core.most * 2;
    do {
      count >>= 1;
      body = `{"events":[${waiting.slice(0, count)}],${JSON.stringify(core.envelope()).slice(1)}`;
      bytes = new Blob([body]).size;
    } while (count && bytes + inFlight > IN_FLIGHT_BYTES);
    const events = waiting.splice(0, count);
    if (!events[0]) return;
    inFlight += bytes;
    if (hiding && navigator.sendBeacon(collector, body)) {
      setTimeout(() => {
        inFlight -= bytes;
      }, BEACON_TIME);
      flush(hiding);
      // While the collector fails, the events stay: sent twice they are counted once.
      if (heldUntil) waiting.unshift(...events);
      return;
    }
    const reply = await fetch(collector, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(
      () => {},
    );
    inFlight -= bytes;
    if (isTransient(reply?.status)) {
      waiting.unshift(...events);
      heldUntil = Date.now() + retryDelay(failures++, reply?.headers.get("Retry-After"), Math.random());
    } else {
      heldUntil = failures = 0;
      // The collector knows the window by now.
      core.sender.context = undefined;
      core.sender.route = (await reply?.json().catch(() => {}))?.route || core.sender.route;
    }
  };

  const on: Core["on"] = (types, listener) => {
    for (const type of types.split(" ")) addEventListener(type, guard(listener as EventListener), listening);
  };
  const global = guard((name: string, props?: Data) => {
    if (calls) calls.push([name, props]);
    else {
      check();
      track("custom", { name, event_data: props });
    }
  }) as Footfall;
  global.page = view;

  const core: Core = {
    options,
    global,
    on,
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
    waiting,
    most: QUEUE_FLUSH_EVENTS,
    early: [],
    asked: [],
    track,
    send: (event, now) => {
      const json = JSON.stringify({ seq: event.event_type === "ping" ? undefined : seq++, ...event });
      if (waiting[QUEUE_KEEP_EVENTS - 1] || json[EVENT_CHARACTERS]) return;
      if (waiting.push(json) >= QUEUE_FLUSH_EVENTS || now) flush();
    },
    begin: () => {
      if (!calls) return;
      const earlier = calls;
      calls = 0;
      view();
      for (const [name, props] of earlier) global(name, props);
      for (const part of options.capture?.match(/errors|vitals|forms/g) || []) bring(part as Part);
    },
    view,
    timer: setInterval(() => {
      if (++ticks % TICKS === 0) ping();
      core.flush();
    }, QUEUE_FLUSH_INTERVAL),
    flush,
  };

  for (const name of ["identify", "consent", "optOut", "optIn"] as const) {
    global[name] = (...args: unknown[]) => {
      core.asked.push([name, args]);
      bring("rules");
    };
  }

  for (const method of ["pushState", "replaceState"] as const) {
    const original = history[method];
    history[method] = (...args) => {
      move();
      original.apply(history, args);
    };
  }
  on("popstate scroll focus blur", move);
  on("visibilitychange pagehide pageshow", ({ type, persisted }: PageTransitionEvent) => {
    const wasHidden = hidden;
    hidden = document.hidden || type === "pagehide";
    look();
    if (hidden) {
      leave();
      flush(true);
    } else if (persisted) view();
    else if (wasHidden) {
      left = !url;
      ping();
    }
  });
  on("click auxclick", ({ target, button }: MouseEvent) => {
    const link = (target as Element).closest<HTMLAnchorElement>("a[href]");
    const kind = link && button < 2 && linkKind(link, location.host);
    if (kind) track(kind, { name: link.href.slice(0, URL_CHARACTERS) });
  });
  // Whether errors are listed is asked when parts are loaded; until then they are only held.
  if (options.capture) {
    on("error unhandledrejection", (event) => core.early[EARLY_ERRORS] || core.early.push(event));
  }

  // What few pages and browsers need is decided by a part; without it nothing is recorded.
  let special: unknown =
    /clude|identity/.test(`${Object.keys(options)}`) ||
    document.prerendering ||
    navigator.globalPrivacyControl ||
    navigator.doNotTrack === "1";
  try {
    special ||= localStorage.footfall_ignore;
  } catch {
    // The browser forbids it: nothing was kept either.
  }
  if (special) bring("rules");
  else core.begin();

  return core;
};
