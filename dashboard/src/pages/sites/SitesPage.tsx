import "./sites.css";
import { createMemo, For, Show } from "solid-js";
import type { Site } from "../../../../protocol/management";
import { liveCount } from "../../state/live-count";
import { orgLive } from "../../state/org-live";
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
  const report = createMemo(() => orgLive()?.state().sites?.get(props.site.id)?.report);
  /** Undefined until the site told, or where it cannot be asked. */
  const receiving = () => {
    const told = report();
    return told ? told.first_event_at !== null || told.last_event_at !== null : undefined;
  };
  /** Without its socket too little is known: what is asked for instead reaches a part of very many sites. */
  const unknown = () => !["connecting", "live"].includes(orgLive()?.status() ?? "connecting");
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
        <Show when={receiving() !== undefined} fallback={unknown() ? "state unknown" : "\u00a0"}>
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
