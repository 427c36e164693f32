import "./shell.css";
import { A, useLocation, useNavigate } from "@solidjs/router";
import {
  createEffect,
  createMemo,
  createSignal,
  ErrorBoundary,
  For,
  type JSX,
  onCleanup,
  onMount,
  Show,
  Suspense,
} from "solid-js";
import { liveCount } from "../state/live-count";
import { loaded } from "../state/loaded";
import { orgNow } from "../state/org-live";
import { part, preloadParts } from "../state/part";
import { useSession } from "../state/session";
import { stored } from "../state/stored";
import { nextTheme, setTheme, theme } from "../state/theme";
import { Failure } from "../ui/Failure";
import { wholeNumber } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Mark } from "../ui/Mark";
import { AccountMenu } from "./AccountMenu";
import { placesOf } from "./commands";
import { createKeySequence } from "./key-sequence";
import { SiteSwitcher } from "./SiteSwitcher";

const OrgSocket = part(() => import("./OrgSocket"));
const KeysDialog = part(() => import("./KeysDialog"));
const Palette = part(() => import("./Palette"));

/** The rest of the dashboard is fetched so long after the first page began, milliseconds. */
const PRELOAD_AFTER = 3_000;

/** The rail beside every page, the keys, and the tab's title. */
export function Shell(props: { children?: JSX.Element }) {
  const { me, sites, reload } = useSession();
  const location = useLocation();
  const navigate = useNavigate();
  let main: HTMLElement | undefined;
  const [open, setOpen] = createSignal<"keys" | "palette" | null>(null);

  const known = () => loaded(sites) ?? [];
  /** Pages of the whole organization keep the way back to the site that was open. */
  const openId = () => {
    const id = /^\/sites\/([^/]+)\//.exec(location.pathname)?.[1];
    return id ? decodeURIComponent(id) : stored("site");
  };
  const openSite = createMemo(() => {
    const all = known();
    return all.find((site) => site.id === openId()) ?? all[0];
  });
  /** One site is watched by its own page, but for the list of sites, which tells of all in one way. */
  const watchesAll = () => known().length > (location.pathname === "/sites" ? 0 : 1);
  const places = createMemo(() => {
    const id = openSite()?.id ?? (sites.loading ? openId() : null);
    return placesOf(id === null ? undefined : { id }, known().length > 1);
  });

  createEffect(() => {
    const site = openSite();
    const now = location.pathname === "/live" ? orgNow() : site && liveCount(site.id);
    const place =
      location.pathname === "/audit" ? "Audit log" : places().find(({ href }) => location.pathname === href)?.name;
    const name = site && location.pathname.startsWith("/sites/") ? site.name : (place ?? "footfall");
    document.title = `${now === undefined ? "" : `(${wholeNumber(now)}) `}${name}${name === "footfall" ? "" : " · footfall"}`;
  });

  onMount(() => {
    const find = createKeySequence(["?", "t", "g a", "g l", "g o", "g n", "g e", "g s", "g k"]);
    function run(command: string): void {
      const place = places().find(({ keys }) => keys === command);
      if (place) navigate(place.href);
      else if (command === "?") setOpen("keys");
      else if (command === "t") setTheme(nextTheme(theme()));
    }
    function pressed(event: KeyboardEvent): void {
      if (document.querySelector("dialog[open]")) return;
      if ((event.metaKey || event.ctrlKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen("palette");
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const command = find({ key: event.key, at: event.timeStamp });
      if (command) run(command);
    }
    document.addEventListener("keydown", pressed);
    // Safari has no idle callbacks.
    const later = setTimeout(
      () => (window.requestIdleCallback ?? queueMicrotask)(() => void preloadParts()),
      PRELOAD_AFTER,
    );
    onCleanup(() => {
      document.removeEventListener("keydown", pressed);
      clearTimeout(later);
    });
  });

  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main?.focus();
        }}
      >
        Skip to the page
      </a>
      <div class="rail">
        <header class="rail-top">
          <a class="brand" href="/" aria-label="footfall">
            <Mark size={18} />
            <span>footfall</span>
          </a>
          <SiteSwitcher site={openSite()} />
        </header>
        <nav class="rail-nav" aria-label="Pages">
          <ul>
            <For each={places()}>
              {(place) => (
                <li classList={{ "not-phones": place.inMenu === true }}>
                  <A class="rail-item" href={place.href} end title={`${place.name}, ${place.keys}`}>
                    <Icon name={place.icon} />
                    <span>{place.name}</span>
                  </A>
                </li>
              )}
            </For>
          </ul>
          <AccountMenu site={openSite()} places={places()} onKeys={() => setOpen("keys")} />
        </nav>
      </div>
      <main ref={main} class="main" id="main" tabindex={-1}>
        <ErrorBoundary
          fallback={(error, reset) => (
            <Failure
              error={error}
              onRetry={() => {
                reload();
                reset();
              }}
            />
          )}
        >
          <Suspense
            fallback={
              <p class="loading-note" role="status">
                Loading …
              </p>
            }
          >
            {props.children}
          </Suspense>
        </ErrorBoundary>
      </main>
      <Beside>
        <Show when={watchesAll() && loaded(me)?.user.organizationId} keyed>
          {(org) => <OrgSocket org={org} />}
        </Show>
      </Beside>
      <Beside>
        <Show when={open() === "keys"}>
          <KeysDialog places={places()} onClose={() => setOpen(null)} />
        </Show>
        <Show when={open() === "palette"}>
          <Palette places={places()} sites={known()} onClose={() => setOpen(null)} />
        </Show>
      </Beside>
    </div>
  );
}

/** What is drawn over the page, or nowhere: the page goes on without it. */
function Beside(props: { children: JSX.Element }) {
  return (
    <ErrorBoundary
      fallback={(error, reset) => (
        <div class="beside">
          <Failure error={error} onRetry={reset} />
        </div>
      )}
    >
      <Suspense>{props.children}</Suspense>
    </ErrorBoundary>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
