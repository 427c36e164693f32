import { useLocation } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { Site } from "../../../protocol/management";
import { liveCount } from "../state/live-count";
import { loaded } from "../state/loaded";
import { orgNow } from "../state/org-live";
import { useSession } from "../state/session";
import { shortNumber, wholeNumber } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Pulse } from "../ui/Pulse";
import { sameSection } from "./commands";

const MENU = "site-menu";

/** The open site with its live count; opens the list of all. */
export function SiteSwitcher(props: { site: Site | undefined }) {
  const { sites } = useSession();
  const location = useLocation();
  let menu: HTMLDivElement | undefined;
  const close = () => menu?.hidePopover();

  return (
    <>
      <button type="button" class="switcher" popovertarget={MENU} title={props.site?.name}>
        <span class="switcher-initial" aria-hidden="true">
          {(props.site?.name ?? "–").slice(0, 1)}
        </span>
        <span class="switcher-name">{props.site?.name ?? (loaded(sites) ? "No sites yet" : "\u00a0")}</span>
        <Show when={props.site}>{(site) => <LiveCount siteId={site().id} />}</Show>
        <Icon name="chevrons" />
      </button>
      <div ref={menu} id={MENU} popover class="menu site-menu">
        <ul>
          <Show when={(loaded(sites)?.length ?? 0) > 1}>
            <li>
              <a
                class="menu-item"
                href="/live"
                aria-current={location.pathname === "/live" ? "true" : undefined}
                onClick={close}
              >
                <span class="site-menu-name">All sites</span>
                <Count now={orgNow()} />
              </a>
            </li>
          </Show>
          <For each={loaded(sites) ?? []}>
            {(site) => (
              <li>
                <a
                  class="menu-item"
                  href={sameSection(location.pathname, site.id)}
                  aria-current={site.id === props.site?.id && location.pathname !== "/live" ? "true" : undefined}
                  onClick={close}
                >
                  <span class="site-menu-name" title={site.name}>
                    {site.name}
                    <small>{site.domain}</small>
                  </span>
                  <LiveCount siteId={site.id} />
                </a>
              </li>
            )}
          </For>
        </ul>
        <a class="menu-item" href="/sites/new" onClick={close}>
          <Icon name="plus" /> Add a site
        </a>
      </div>
    </>
  );
}

const LiveCount = (props: { siteId: string }) => <Count now={liveCount(props.siteId)} />;

function Count(props: { now: number | undefined }) {
  return (
    <Show when={props.now !== undefined}>
      <span
        class="live-count num"
        classList={{ nobody: props.now === 0 }}
        title={`${wholeNumber(props.now ?? 0)} visitors now`}
      >
        <Pulse beat={() => props.now} />
        {shortNumber(props.now ?? 0)}
      </span>
    </Show>
  );
}
