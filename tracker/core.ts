import type { BeaconEvent, TrackRequest, WindowSizes } from "../protocol/beacon";
import {
  IN_FLIGHT_BYTES,
  QUEUE_FLUSH_EVENTS,
  QUEUE_FLUSH_INTERVAL,
  QUEUE_KEEP_EVENTS,
  SIGN_OF_LIFE,
} from "../protocol/limits";
import { guard } from "./guard";
import { linkKind } from "./links";
import { BEACON_TIME, EARLY_ERRORS, EVENT_CHARACTERS, URL_CHARACTERS } from "./numbers";
import type { Options } from "./options";
import { isTransient, retryDelay } from "./retry";
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
export type Part = "errors" | "vitals" | "forms" | "rules" | "live";
export type Load = (part: Part) => Promise<{ install(core: Core): void }>;

/** The global `footfall`. Nothing here throws. */
export interface Footfall extends Choices {
  (name: string, props?: Data): void;
  page(): void;
}

/** What a batch says beside its events, its time, and whether the page is seen. */
export interface Sender extends Partial<Omit<TrackRequest, "context" | "events">> {
  context?: WindowSizes;
  /** In place of all that, where less may be said. */
  toJSON?(this: { events: unknown[] }): object;
}

/** What a part gets to work with. */
export interface Core {
  options: Options;
  sender: Sender;
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
  track(type: BeaconEvent["event_type"], fields: Partial<BeaconEvent>): unknown;
  /** Every event goes through here, into the queue. */
  send(event: BeaconEvent): void;
  /** Counts the page, and listens to what happens on it from then on. */
  begin(): void;
  flush(hiding?: boolean): unknown;
  /** Of the part `live`: closes it, with what it did not get rid of back in the queue. */
  sleep?: () => void;
  /** Of the sign of life and the queue. */
  timers?: ReturnType<typeof setInterval>[];
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
  const collector = new URL("/api/v1/track", options.api);
  let seq = 0;
  let url = "";
  let depth = 0;
  let hidden: boolean;
  /** The page view has ended, or none has begun. */
  let left = true;
  let engaged = 0;
  let engagedSince = 0;
  let failures = 0;
  /** When a failing collector may be asked again. */
  let heldUntil = 0;
  let inFlight = 0;

  /** Takes down how far the visitor has scrolled and how long the page had the focus; wherever one of these changes. */
  const look = () => {
    const now = performance.now();
    engaged += engagedSince && now - engagedSince;
    engagedSince = !hidden && document.hasFocus() ? now : 0;
    // To ask for it makes the browser lay the page out, which is no thing to do while it loads. The collector rounds it, and
    // takes 100 for more; without height it is no number, which JSON writes as null.
    if (url) depth = Math.max(depth, (100 * (scrollY + innerHeight)) / document.documentElement.scrollHeight);
  };

  const track: Core["track"] = (event_type, fields) =>
    core.send({ timestamp: Date.now(), event_type, page_url: url, ...fields });
  // A batch of events is a sign of life as well.
  const ping = () => hidden || waiting[0] || track("ping", {});
  const leave = () => {
    if (!left) track("leave", { engaged_ms: engaged, scroll_depth: depth });
    left = true;
    engaged = depth = 0;
  };
  /** Of the page as it is counted: with its fragment only where that is a route. */
  const address = () => location.href.replace(options.hash == null ? /#.*/ : "", "").slice(0, URL_CHARACTERS);
  const pathOf = (address: string) => address.replace(/\?[^#]*/, "");
  const view = () => {
    leave();
    left = false;
    url = address();
    track("pageview", { title: document.title, referrer: seq ? "" : document.referrer });
    flush();
  };
  const check = () => {
    if (pathOf(url) !== pathOf(address())) view();
  };
  // A router sets the title after the address, and may go on to another address at once.
  const move = () => {
    look();
    setTimeout(check);
  };
  /** Gives the name back, as the callback of `replace` has to. */
  const bring = (part: string) => {
    load(part as Part)
      .then(({ install }) => install(core))
      .catch(() => {});
    return part;
  };

  /**
   * Sends the first batch of what waits, now: `count` events, or half as many until they fit beside what is on its way.
   * On hiding, which may be the last chance, it sends all that may be on its way at once, to a failing collector too.
   */
  const flush = (hiding?: boolean, count = core.most): void => {
    const events = waiting.slice(0, count);
    if (!events[0] || (Date.now() < heldUntil && !hiding)) return;
    const body = JSON.stringify({
      ...core.sender,
      sent_at: Date.now(),
      visible: !hidden,
      events: JSON.parse(`[${events}]`),
    });
    const bytes = new Blob([body]).size;
    if (bytes + inFlight > IN_FLIGHT_BYTES) return flush(hiding, count >> 1);
    waiting.splice(0, count);
    inFlight += bytes;
    if (hiding && navigator.sendBeacon(collector, body)) {
      setTimeout(() => {
        inFlight -= bytes;
      }, BEACON_TIME);
      flush(hiding);
      // While the collector fails, the events stay: sent twice they are counted once.
      if (failures) waiting.unshift(...events);
    } else {
      fetch(collector, { body, method: "POST", keepalive: true, credentials: "omit" })
        // Chromium takes no further 64 KB while a reply to a fetch with keepalive is unread.
        .then((reply) => reply.text().then(() => reply))
        .catch(() => {})
        .then((reply) => {
          inFlight -= bytes;
          if (isTransient(reply?.status)) {
            waiting.unshift(...events);
            heldUntil = Date.now() + retryDelay(failures++, reply?.headers.get("Retry-After"));
          } else {
            failures = 0;
            // The collector knows the window by now.
            delete core.sender.context;
          }
        });
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
  global.page = () => calls || view();

  const core: Core = {
    options,
    global,
    on,
    sender: {
      site: options.site,
      tab: uuid(),
      context: [screen.width, screen.height, innerWidth, innerHeight],
    },
    waiting,
    most: QUEUE_FLUSH_EVENTS,
    early: [],
    asked: [],
    track,
    send: (event) => {
      const json = JSON.stringify({ seq: event.event_type === "ping" ? undefined : seq++, ...event });
      if (waiting[QUEUE_KEEP_EVENTS - 1] || json[EVENT_CHARACTERS]) return;
      if (waiting.push(json) >= QUEUE_FLUSH_EVENTS) flush();
    },
    begin: () => {
      const earlier = calls || [];
      calls = 0;
      hidden = document.hidden;
      look();
      view();
      for (const call of earlier) global(...call);
      options.capture?.replace(/errors|vitals|forms/g, bring);
      // Whether it is a socket that is asked for, the part sees for itself.
      options.live && bring("live");
      for (const method of ["pushState", "replaceState"] as const) {
        const original = history[method];
        history[method] = (...args) => {
          move();
          original.apply(history, args);
        };
      }
      core.timers = [setInterval(ping, SIGN_OF_LIFE), setInterval(flush, QUEUE_FLUSH_INTERVAL)];
      on("scroll focus blur popstate", move);
      on("pagehide pageshow visibilitychange", ({ type, persisted }: PageTransitionEvent) => {
        const wasHidden = hidden;
        hidden = document.hidden || type === "pagehide";
        look();
        if (hidden) {
          leave();
          flush(true);
        } else if (persisted) view();
        else if (wasHidden) {
          left = false;
          ping();
          flush();
        }
      });
      on("click auxclick", ({ target, button }: MouseEvent) => {
        const link = (target as Element).closest<HTMLAnchorElement>("a[href]");
        const kind = link && button < 2 && linkKind(link);
        if (kind) track(kind, { name: link.href.slice(0, URL_CHARACTERS) });
      });
    },
    flush,
  };

  for (const name of ["identify", "consent", "optOut", "optIn"] as const) {
    global[name] = (...args: unknown[]) => {
      core.asked.push([name, args]);
      bring("rules");
    };
  }

  // Held until the part is there, and not at all where nobody will ask for them.
  options.capture?.includes("errors") &&
    on("unhandledrejection error", (event) => core.early[EARLY_ERRORS - 1] || core.early.push(event));

  // What few pages and browsers need is decided by a part; without it nothing is recorded. So where storage is forbidden.
  let special: unknown = 1;
  try {
    special =
      /clude|identity/.test(JSON.stringify(options)) ||
      document.prerendering ||
      navigator.globalPrivacyControl ||
      navigator.doNotTrack === "1" ||
      localStorage.footfall_ignore;
  } catch {
    // The browser forbids storage, which the part can bear.
  }
  if (special) bring("rules");
  else core.begin();
  return core;
};
