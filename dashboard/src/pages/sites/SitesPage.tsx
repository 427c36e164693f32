import "./sites.css";
import { createResource, For, Show } from "solid-js";
import type { Site } from "../../../../protocol/management";
import { parsePoll } from "../../../live/parse-frame";
import { liveCount, setLiveCount } from "../../state/live-count";
import { useSession } from "../../state/session";
import { shortNumber, wholeNumber } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { Pulse } from "../../ui/Pulse";

/** All sites with what is known of them now. */
export default function SitesPage() {
  const { sites, canManage } = useSession();
  return (
    <div class="page sites">
      <header class="page-head">
        <h1>Sites</h1>
        <Show when={canManage()}>
          <a class="button" href="/sites/new">
            <Icon name="plus" /> Add a site
          </a>
        </Show>
      </header>
      <Show
        when={(sites() ?? []).length > 0}
        fallback={<p class="lead">No sites yet. Add the first one to see its visitors.</p>}
      >
        <ul class="row-list">
          <For each={sites()}>{(site) => <SiteRow site={site} />}</For>
        </ul>
      </Show>
    </div>
  );
}

function SiteRow(props: { site: Site }) {
  const { api } = useSession();
  const [state] = createResource(
    () => props.site.id,
    async (id) => {
      const picture = await api.detailed(id, parsePoll);
      setLiveCount(id, picture.now);
      return picture.first_event_at === null ? "none" : "receiving";
    },
  );
  const receiving = () => (state.state === "ready" ? state() === "receiving" : undefined);
  const path = () => `/sites/${encodeURIComponent(props.site.id)}`;
  const now = () => liveCount(props.site.id) ?? 0;
  return (
    <li class="site-row">
      <a class="site-row-name" href={receiving() === false ? `${path()}/setup` : `${path()}/live`}>
        <b>{props.site.name}</b>
        <span>
          {props.site.domain}
          <Show when={props.site.domains.length > 1}> and {props.site.domains.length - 1} more</Show>
        </span>
      </a>
      <span class="site-row-state">
        <Show when={receiving() !== undefined} fallback={state.error ? "state unknown" : "\u00a0"}>
          {receiving() ? "receiving" : "no visits yet"}
        </Show>
      </span>
      <span class="site-row-now num" classList={{ nobody: now() === 0 }}>
        <Show when={receiving()}>
          <Pulse beat={now} />
          <b title={wholeNumber(now())}>{shortNumber(now())}</b>
          <small>now</small>
        </Show>
      </span>
      <a class="button quiet small" href={`${path()}/settings`} aria-label={`Settings of ${props.site.name}`}>
        Settings
      </a>
    </li>
  );
}
