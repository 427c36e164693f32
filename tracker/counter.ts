import { guard } from "./guard";
import { uuid } from "./uuid";

/** A message of the collector's counter. */
interface Told {
  totalConnections: number;
  uniqueVisitors: number;
  timestamp: string;
}

/** Milliseconds before the next try where the browser gives up by itself, doubling up to the most. */
const RETRY = 5_000;
const RETRY_MOST = 300_000;

const CSS = `:host{display:inline-block}
:host([hidden]){display:none}
[part=card]{display:grid;gap:.25em;padding:.75em 1em;border:1px solid;border-radius:.5em}
[part=status]::before{content:"";display:inline-block;width:.6em;height:.6em;margin-right:.5em;border-radius:50%;background:#b45309}
[data-on] [part=status]::before{background:#15803d}
b{font-variant-numeric:tabular-nums}
[part=status],[part=updated]{font-size:.85em}`;

const CONNECTED = "Connected";

function add(to: Element | ShadowRoot, tag: string, part: string): HTMLElement {
  const element = document.createElement(tag);
  element.setAttribute("part", part);
  to.append(element);
  return element;
}

/** A value after its label, which stands in a slot so that a page can say it in its own words. */
function line(card: Element, name: string, label: string): HTMLElement {
  const whole = add(card, "span", name);
  const slot = document.createElement("slot");
  slot.name = name;
  slot.textContent = label;
  whole.append(slot, " ");
  const value = add(whole, "b", `${name}-value`);
  value.textContent = "–";
  return value;
}

function define(): void {
  const { src, dataset } = document.currentScript as HTMLScriptElement;
  /** What each element is written by; in `shown` those on the page at the moment. */
  const renders = new WeakMap<HTMLElement, () => void>();
  const shown = new Set<() => void>();
  let status = "Connecting...";
  let told: Told | undefined;
  let source: EventSource | undefined;
  let stream: string;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout>;

  const address = (): string => {
    const url = new URL("/events", src);
    const { site, cookie } = dataset;
    for (const [name, value] of Object.entries({ site, stream, cookie })) if (value) url.searchParams.set(name, value);
    return url.href;
  };
  const show = (text: string) => {
    status = text;
    for (const render of shown) render();
  };

  /** Fills an element; what is returned writes into it what is known. */
  const build = (root: ShadowRoot): (() => void) => {
    // A style element would be refused by the policy of many a page.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    const card = add(root, "div", "card");
    const state = add(card, "span", "status");
    const visitors = line(card, "visitors", "Unique visitors");
    const connections = line(card, "connections", "Total connections");
    const updated = line(card, "updated", "Last update");
    return () => {
      card.toggleAttribute("data-on", status === CONNECTED);
      state.textContent = status;
      if (!told) return;
      visitors.textContent = told.uniqueVisitors.toLocaleString();
      connections.textContent = told.totalConnections.toLocaleString();
      updated.textContent = new Date(told.timestamp).toLocaleTimeString();
    };
  };

  const connect = () => {
    if ((source && source.readyState !== EventSource.CLOSED) || shown.size === 0) return;
    stream = uuid();
    const opened = new EventSource(address(), { withCredentials: dataset.cookie !== "off" });
    source = opened;
    opened.onopen = () => {
      tries = 0;
      show(CONNECTED);
    };
    opened.onmessage = guard(({ data }: MessageEvent<string>) => {
      told = JSON.parse(data);
      show(CONNECTED);
    });
    opened.onerror = (error) => {
      console.error("SSE error:", error);
      show("Reconnecting...");
      // After a refusal the browser does not come again by itself. When a page is left, Chromium says this first, too.
      if (opened.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(guard(connect), Math.min(RETRY_MOST, RETRY * 2 ** tries++) * (0.5 + Math.random()));
    };
  };
  const leave = () => {
    clearTimeout(timer);
    if (!source) return;
    source.close();
    source = undefined;
    navigator.sendBeacon(address());
  };

  class FootfallCounter extends HTMLElement {
    constructor() {
      super();
      guard(() => renders.set(this, build(this.attachShadow({ mode: "open" }))))();
    }

    connectedCallback() {
      guard(() => {
        const render = renders.get(this);
        if (!render) return;
        shown.add(render);
        render();
        connect();
      })();
    }

    disconnectedCallback() {
      guard(() => {
        const render = renders.get(this);
        if (render) shown.delete(render);
        if (shown.size === 0) leave();
      })();
    }
  }

  if (customElements.get("footfall-counter")) return;
  customElements.define("footfall-counter", FootfallCounter);
  addEventListener("pagehide", guard(leave));
  // Back from the browser's memory of pages.
  addEventListener("pageshow", guard(connect));
}

guard(define)();
