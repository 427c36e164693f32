import { TEXT } from "../protocol/limits";
import type { Choices, Core } from "./core";
import { guard } from "./guard";
import { makeMemory } from "./memory";
import { isCounted } from "./paths";
import { uuid } from "./uuid";

const IGNORE = "footfall_ignore";

const storage = (): Storage | undefined => {
  try {
    return localStorage;
  } catch {
    // The browser forbids it: nothing is read and nothing is kept.
    return undefined;
  }
};

/**
 * What few pages and browsers need: pages that are not counted, Do Not Track, a page drawn ahead, choices of the
 * visitor, and recognition of those who agreed. It comes before anything was recorded, or with the first choice.
 */
export const install = (core: Core): void => {
  const { asked, global, options, send } = core;
  if (!Array.isArray(asked)) return;
  const signal = !!navigator.globalPrivacyControl || navigator.doNotTrack === "1";
  const dnt = signal && options.dnt !== "ignore";
  let optedOut = storage()?.getItem(IGNORE) === "1";
  let refused = false;
  /** Between the end of silence and the next page view: what is left then was never counted. */
  let resuming = false;
  let userId: string | undefined;

  const pathOf = (address: string) => {
    const { pathname, hash } = new URL(address);
    return pathname + hash;
  };
  core.send = (event) => {
    if (event.event_type === "pageview") resuming = false;
    if (resuming || optedOut || refused || !isCounted(pathOf(event.page_url), options.include, options.exclude)) return;
    // Without ids the collector dedupes by the body's hash: each page view travels alone, and a repeat is the same.
    if (!dnt) send(event);
    else if (event.event_type === "pageview") send({ ...event, seq: undefined });
  };
  if (dnt) {
    core.most = 1;
    core.sender = {
      toJSON() {
        return { site: options.site, dnt, events: this.events };
      },
    };
  } else if (signal) {
    // Unless told, the collector goes by the signal in the request's headers.
    core.sender.dnt = false;
  }

  const memory = options.identity === "persistent" && !dnt ? makeMemory(core, storage()) : undefined;
  const silence = (out: boolean, refuse: boolean) => {
    const wasSilent = optedOut || refused;
    optedOut = out;
    refused = refuse;
    if (out || refuse) {
      core.sleep?.();
      core.waiting.length = 0;
    } else if (wasSilent) {
      resuming = true;
      global.page();
    }
  };
  const recognize = () => {
    if (!memory) return;
    core.sender.visitor = memory.recall() ?? memory.begin(uuid());
    core.sender.user_id = userId;
    memory.resendAll();
  };

  const choices: Choices = {
    identify: (id, traits) => {
      userId = `${id}`.slice(0, TEXT.user_id);
      if (core.sender.visitor) core.sender.user_id = userId;
      core.track("custom", { name: "identify", event_data: traits });
    },
    consent: (level) => {
      if (level === "persistent") recognize();
      else {
        memory?.forget();
        core.sender.visitor = core.sender.user_id = undefined;
      }
      silence(optedOut, level === "none");
    },
    optOut: () => {
      storage()?.setItem(IGNORE, "1");
      silence(true, refused);
    },
    optIn: () => {
      storage()?.removeItem(IGNORE);
      silence(false, refused);
    },
  };
  Object.assign(global, {
    identify: guard(choices.identify),
    consent: guard(choices.consent),
    optOut: guard(choices.optOut),
    optIn: guard(choices.optIn),
  });

  // Who agreed before is recognized until the id's time is over.
  if (memory?.recall() || options.consent === "given") recognize();
  core.asked = { push: ([name, args]) => Reflect.apply(global[name], global, args) };
  asked.forEach(core.asked.push);
  // A page that is drawn ahead was not seen yet.
  if (document.prerendering) core.on("prerenderingchange", core.begin);
  // With a first choice it comes when all has long begun.
  else if (!core.timers) core.begin();
};
