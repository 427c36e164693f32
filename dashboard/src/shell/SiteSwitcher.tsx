import { useLocation } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { Site } from "../../../protocol/management";
import { type Fields, fields, number } from "../api/read";
import { liveCount, setLiveCount } from "../state/live-count";
import { loaded } from "../state/loaded";
import { useSession } from "../state/session";
import { shortNumber, wholeNumber } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Pulse } from "../ui/Pulse";
import { sameSection } from "./commands";

const MENU = "site-menu";
const COUNTS_READ = 20;

const readNow = (body: Fields): number => number(fields(fields(body["data"])["snapshot"])["now"]);

/** The open site with its live count; opens the list of all. */
export function SiteSwitcher(props: { site: Site | undefined }) {
  const { api, sites } = useSession();
  const location = useLocation();
  let menu: HTMLDivElement | undefined;
  const close = () => menu?.hidePopover();

  /** The open site's count comes by itself; those of the others are asked for when they are looked at. */
  async function readCounts(): Promise<void> {
    const others = (loaded(sites) ?? []).filter(({ id }) => id !== props.site?.id).slice(0, COUNTS_READ);
    await Promise.allSettled(
      others.map(async ({ id }) => {
        setLiveCount(id, await api.detailed(id, readNow));
      }),
    );
  }

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
      <div
        ref={menu}
        id={MENU}
        popover
        class="menu site-menu"
        onToggle={(event) => event.newState === "open" && void readCounts()}
      >
        <ul>
          <For each={loaded(sites) ?? []}>
            {(site) => (
              <li>
                <a
                  class="menu-item"
                  href={sameSection(location.pathname, site.id)}
                  aria-current={site.id === props.site?.id ? "true" : undefined}
                  onClick={close}
                >
                  <span class="site-menu-name">
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

function LiveCount(props: { siteId: string }) {
  return (
    <Show when={liveCount(props.siteId) !== undefined}>
      <span class="live-count num" title={`${wholeNumber(liveCount(props.siteId) ?? 0)} visitors now`}>
        <Pulse beat={() => liveCount(props.siteId)} />
        {shortNumber(liveCount(props.siteId) ?? 0)}
      </span>
    </Show>
  );
}
