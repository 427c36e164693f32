import { useNavigate } from "@solidjs/router";
import { createSignal, ErrorBoundary, For, Show, Suspense } from "solid-js";
import type { Site } from "../../../protocol/management";
import { part } from "../state/part";
import { useSession } from "../state/session";
import { setTheme, THEMES, type Theme, theme } from "../state/theme";
import { Failure, failureText } from "../ui/Failure";
import { Icon } from "../ui/Icon";
import type { Place } from "./commands";

const IgnoreVisits = part(() => import("./IgnoreVisits"));

const MENU = "account-menu";
const THEME_NAMES: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

/** Who is signed in, and what is of this browser alone. */
export function AccountMenu(props: { site: Site | undefined; places: readonly Place[]; onKeys: () => void }) {
  const { api, me, canManage } = useSession();
  const navigate = useNavigate();
  const [open, setOpen] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  let menu: HTMLDivElement | undefined;

  async function signOut(): Promise<void> {
    try {
      await api.logout();
      navigate("/sign-in");
    } catch (error) {
      setFailure(error);
    }
  }

  const email = () => (me.state === "ready" ? me().user.email : "");

  return (
    <>
      <button
        type="button"
        class="rail-item account"
        popovertarget={MENU}
        title={email()}
        aria-label="Account and view"
      >
        <Icon name="account" />
        <span>{email() || "Account"}</span>
      </button>
      <div
        ref={menu}
        id={MENU}
        popover
        class="menu account-menu"
        onToggle={(event) => setOpen(event.newState === "open")}
      >
        <Show when={me.state === "ready" && me()}>
          {(known) => (
            <p class="account-who">
              {known().user.email}
              <small>
                {known().organization.name} · {known().user.role}
              </small>
            </p>
          )}
        </Show>
        <Show when={open() && props.site} keyed>
          {(site) => (
            <ErrorBoundary fallback={(error, reset) => <Failure error={error} onRetry={reset} />}>
              <Suspense fallback={<div class="ignore-visits" />}>
                <IgnoreVisits site={site} />
              </Suspense>
            </ErrorBoundary>
          )}
        </Show>
        <fieldset class="segments">
          <legend>Theme</legend>
          <For each={THEMES}>
            {(value) => (
              <label>
                <input type="radio" name="theme" checked={theme() === value} onChange={() => setTheme(value)} />
                {THEME_NAMES[value]}
              </label>
            )}
          </For>
        </fieldset>
        <For each={props.places.filter(({ inMenu }) => inMenu)}>
          {(place) => (
            <a class="menu-item for-phones" href={place.href} onClick={() => menu?.hidePopover()}>
              {place.name}
            </a>
          )}
        </For>
        <Show when={canManage()}>
          <a class="menu-item" href="/audit" onClick={() => menu?.hidePopover()}>
            Audit log
          </a>
        </Show>
        <button
          type="button"
          class="menu-item for-keyboards"
          onClick={() => {
            menu?.hidePopover();
            props.onKeys();
          }}
        >
          Keyboard <kbd>?</kbd>
        </button>
        <button type="button" class="menu-item" onClick={() => void signOut()}>
          Sign out
        </button>
        <Show when={failure()}>{(error) => <p class="field-error">{failureText(error())}</p>}</Show>
      </div>
    </>
  );
}
