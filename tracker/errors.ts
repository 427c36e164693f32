import { TEXT } from "../protocol/limits";
import type { Core, Data } from "./core";

const MOST = 20;
const STACK_CHARACTERS = 2_048;
/** Whether a blocker keeps a part of the tracker away is no fault of the page. */
const OWN_PART = /\/t-\w+\.js$/;
/** What a page includes; a failed `fetch` is the page's own to handle. */
const INCLUDED = /^(img|script|link|css|video|audio|iframe|embed|object|input|image)$/;

export interface Failure {
  message: string;
  data: Data & { kind: "error" | "rejection" | "resource" };
}

const stackOf = (error: unknown): string | undefined => {
  const stack = error instanceof Error ? error.stack : undefined;
  return stack?.slice(0, STACK_CHARACTERS);
};

const resource = (tag: string, source: string): Failure | undefined =>
  OWN_PART.test(source)
    ? undefined
    : { message: `Could not load ${tag} ${source}`, data: { kind: "resource", source: source.slice(0, TEXT.url) } };

/** What an `error` or `unhandledrejection` event tells; nothing when it is no failure of the page. */
export const failureOf = (event: Event): Failure | undefined => {
  if ("reason" in event) {
    const { reason } = event;
    const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
    return { message, data: { kind: "rejection", stack: stackOf(reason) } };
  }
  if ("message" in event) {
    const { message, filename, lineno, colno, error } = event as ErrorEvent;
    return {
      message,
      data: { kind: "error", source: filename, line: lineno, column: colno, stack: stackOf(error) },
    };
  }
  const target = event.target as Partial<HTMLImageElement & HTMLLinkElement> | null;
  const source = target?.currentSrc || target?.src || target?.href;
  return source ? resource(`${target?.localName}`, `${source}`) : undefined;
};

/** Reports script errors, unhandled rejections and what could not be loaded, also from before this part came. */
export const install = (core: Core): void => {
  let reported = 0;
  const sources = new Set<unknown>();
  const report = (failure: Failure | undefined) => {
    if (!failure || reported >= MOST) return;
    const { message, data } = failure;
    if (data.kind === "resource") {
      if (sources.has(data.source)) return;
      sources.add(data.source);
    }
    reported++;
    core.track("error", { name: message, event_data: data });
  };
  const { early } = core;
  core.early = { push: (event) => report(failureOf(event)) };
  if (Array.isArray(early)) early.forEach(core.early.push);
  // Before the tracker came only the browser's own record shows what failed.
  for (const entry of performance.getEntriesByType("resource")) {
    const { responseStatus, initiatorType, name } = entry as PerformanceResourceTiming;
    if (responseStatus > 399 && INCLUDED.test(initiatorType)) report(resource(initiatorType, name));
  }
};
