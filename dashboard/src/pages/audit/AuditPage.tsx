import "../../ui/form.css";
import "./audit.css";
import { useSearchParams } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { AuditEntry } from "../../../../protocol/audit";
import { AUDIT_DAYS } from "../../../../protocol/limits";
import { createLog } from "../../state/create-log";
import { useSession } from "../../state/session";
import { LogView } from "../../ui/LogView";
import { clockTime } from "../../ui/when";
import { actionText, detailsOf, whoText } from "./audit-words";

/** What members did on dashboards, of one site or of all. */
export default function AuditPage() {
  const { me, sites, canManage } = useSession();
  const [query, setQuery] = useSearchParams();
  const site = () => (typeof query["site"] === "string" ? query["site"] : "");
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div class="page audit">
      <header class="page-head">
        <h1>Audit log</h1>
        <Show when={canManage() && (sites() ?? []).length > 1}>
          <select
            class="input audit-site"
            aria-label="Of which site"
            onChange={(event) => setQuery({ site: event.currentTarget.value || null }, { scroll: false })}
          >
            <option value="" selected={site() === ""}>
              All sites
            </option>
            <For each={sites()}>
              {({ id, name }) => (
                <option value={id} selected={site() === id}>
                  {name}
                </option>
              )}
            </For>
          </select>
        </Show>
      </header>
      <p class="lead">
        What members and programs did on dashboards. Kept for {AUDIT_DAYS} days; times are those of {zone}.
      </p>
      <Show when={me.state === "ready" && !canManage()}>
        <p class="notice">Only admins and owners see what others did.</p>
      </Show>
      <Show when={canManage()}>
        <Show when={{ id: site() || null }} keyed>
          {({ id }) => <AuditLog site={id} timeZone={zone} />}
        </Show>
      </Show>
    </div>
  );
}

function AuditLog(props: { site: string | null; timeZone: string }) {
  const { api } = useSession();
  const log = createLog<AuditEntry>((before) => api.audit(props.site, before));
  return (
    <LogView
      log={log}
      timeZone={props.timeZone}
      empty={`Nothing was done ${props.site === null ? "" : "on this site "}in the last ${AUDIT_DAYS} days.`}
      older="Older lines"
    >
      {(entry) => <AuditRow entry={entry} timeZone={props.timeZone} />}
    </LogView>
  );
}

function AuditRow(props: { entry: AuditEntry; timeZone: string }) {
  return (
    <li class="audit-row">
      <time class="num" datetime={props.entry.at} title={props.entry.at}>
        {clockTime(props.entry.at, props.timeZone)}
      </time>
      <span class="audit-who" classList={{ unknown: props.entry.by.kind === "unknown" }} title={props.entry.by.id}>
        {whoText(props.entry.by)}
      </span>
      <span class="audit-what">
        <b title={props.entry.action}>{actionText(props.entry.action)}</b>
        <For each={detailsOf(props.entry.details)}>
          {([name, value]) => (
            <span class="audit-detail">
              <small>{name}</small> {value}
            </span>
          )}
        </For>
      </span>
      <span class="audit-where">
        <Show when={props.entry.site} fallback="All sites">
          {(site) => <>{site().name ?? site().id}</>}
        </Show>
      </span>
    </li>
  );
}
