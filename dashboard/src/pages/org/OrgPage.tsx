import "../../ui/form.css";
import "./org.css";
import { Navigate, useNavigate, useSearchParams } from "@solidjs/router";
import { createMemo, createResource, createSignal, For, on, onCleanup, onMount, Show } from "solid-js";
import { orgPollInterval } from "../../../live/connect-org";
import { isFinal, statusText } from "../../../live/status-text";
import { loaded } from "../../state/loaded";
import { orgLive } from "../../state/org-live";
import { useSession } from "../../state/session";
import { Explain } from "../../ui/Explain";
import { Failure } from "../../ui/Failure";
import { focusLeft } from "../../ui/focus-left";
import { shortNumber, wholeNumber } from "../../ui/format";
import { LiveEnd } from "../../ui/LiveEnd";
import { Pulse } from "../../ui/Pulse";
import { createKeyed } from "../live/create-keyed";
import { createGlide } from "../live/glide";
import { Strip } from "../live/Strip";
import { orderOf, type SiteTile as SiteTileOf, type TileFilter, tilesOf, totalsOf } from "./org-view";
import { SiteTile } from "./SiteTile";

/** Below this many all are seen at a glance, and nobody looks for one. */
const SEARCH_FROM = 9;

/** Every site of the organization at once, what moves first. */
export default function OrgPage() {
  const { api, sites } = useSession();
  const navigate = useNavigate();
  const [query, setQuery] = useSearchParams();
  const [groups, { refetch }] = createResource(() => api.groups());
  const [held, setHeld] = createSignal(false);
  const [focused, setFocused] = createSignal(false);
  let grid: HTMLUListElement | undefined;
  let search: HTMLInputElement | undefined;

  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const filter = createMemo<TileFilter>(() => ({ group: text(query["group"]), query: text(query["q"]) ?? "" }));
  const second = () => orgLive()?.second() ?? Date.now();
  const status = () => orgLive()?.status() ?? "connecting";
  const picture = () => orgLive()?.state().sites ?? null;
  const all = () => loaded(sites) ?? [];

  const tiles = createMemo<SiteTileOf[]>((had) => tilesOf(all(), picture(), filter(), second(), had), []);
  const totals = createMemo(() => totalsOf(tiles()));
  const byId = createMemo(() => new Map(tiles().map((tile) => [tile.site.id, tile])));
  const matching = createMemo(() => tiles().length);
  // Once a second, and never while somebody points at a site or walks through them by keys.
  const order = createMemo(
    on([second, filter, matching, held, focused], ([, asked, count], before, had: Order | undefined) => {
      const still = had && (held() || focused()) && had.filter === asked && had.ids.length === count;
      return still ? had : { filter: asked, ids: orderOf(tiles()) };
    }),
    undefined,
    { equals: (a, b) => a?.filter === b?.filter && a?.ids.join() === b?.ids.join() },
  );
  const shown = createKeyed(
    () => (order()?.ids ?? []).flatMap((id) => byId().get(id) ?? []),
    ({ site }) => site.id,
  );
  createGlide(() => grid, order);

  const known = (value: number) => (picture() === null ? null : value);
  /** Polling does not tell what came in which second. */
  const byFrames = (value: number) => (status() === "polling" ? null : known(value));
  const ended = () => isFinal(status());
  const clear = () => setQuery({ group: null, q: null }, { scroll: false });
  const busyOf = (group: string) =>
    all().filter(({ id, group_id }) => (picture()?.get(id)?.group_id ?? group_id) === group);
  const nowOf = (group: string) =>
    busyOf(group).reduce((sum, { id }) => sum + (picture()?.get(id)?.report?.now ?? 0), 0);
  const used = createMemo(() => (loaded(groups) ?? []).filter(({ id }) => busyOf(id).length > 0));

  onMount(() => {
    function pressed(event: KeyboardEvent): void {
      const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      if (event.key !== "/" || typing || event.metaKey || event.ctrlKey || document.querySelector("dialog[open]"))
        return;
      event.preventDefault();
      search?.focus();
    }
    document.addEventListener("keydown", pressed);
    onCleanup(() => document.removeEventListener("keydown", pressed));
  });

  /** Arrows walk over the tiles as they lie. */
  function walk(event: KeyboardEvent): void {
    const links = [...(grid?.querySelectorAll("a") ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    if (at < 0) return;
    const columns = Math.max(1, links.filter((link) => link.offsetParent && rowOf(link) === rowOf(links[0])).length);
    const moves: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const to = links[at + (moves[event.key] ?? 0)];
    if (!to || moves[event.key] === undefined) return;
    event.preventDefault();
    to.focus();
  }

  return (
    <div class="org" classList={{ quiet: status() === "offline" }} aria-busy={picture() === null}>
      <Show when={loaded(sites)?.length === 1 && loaded(sites)?.[0]} keyed>
        {(only) => <Navigate href={`/sites/${encodeURIComponent(only.id)}/live`} />}
      </Show>
      <header class="org-head">
        <h1>All sites</h1>
        <p class="org-status" aria-live="polite">
          <Pulse beat={() => orgLive()?.state().frames} />
          {statusText(status(), picture() !== null, orgPollInterval({ sites: picture() }))}
        </p>
        <Show when={status() === "offline"}>
          <span class="note">
            The server cannot be reached. What happens meanwhile is kept by the pages and sent later.
          </span>
        </Show>
      </header>

      <LiveEnd
        status={status()}
        signInTo="/sign-in?to=/live"
        noAccess="You have no access to this organization any more. Ask one of its owners."
      />
      <Show when={groups.error}>{(error) => <Failure error={error()} onRetry={() => void refetch()} />}</Show>

      <section class="org-totals" aria-label="All sites shown">
        <div class="org-now">
          <strong class="num" title={wholeNumber(totals().now)}>
            {picture() ? shortNumber(totals().now) : "–"}
          </strong>
          <Explain text="Visitors with an open connection or a sign of life in the last 75 seconds, added up over the sites shown. Somebody on two sites counts at each.">
            {totals().now === 1 ? "visitor now" : "visitors now"}
          </Explain>
        </div>
        <dl class="org-figures">
          <Figure name={`of ${wholeNumber(tiles().length)} sites busy`} value={known(totals().busy)} />
          <Figure name="connections" value={known(totals().connections)} />
          <Figure name="events/min" value={byFrames(totals().events)} />
          <Figure name="errors/min" value={byFrames(totals().errors)} bad={totals().errors > 0} />
          <Figure name="views today" value={known(totals().views)} />
        </dl>
        <Strip points={totals().points} serverNow={() => orgLive()?.serverNow() ?? Date.now()} second={second()} />
      </section>

      <div class="org-tools">
        <Show when={used().length > 0 || groups.loading}>
          <fieldset class="org-groups">
            <legend class="visually-hidden">Group</legend>
            <Chip
              on={filter().group === undefined}
              name="All"
              onPick={() => setQuery({ group: null }, { scroll: false })}
            />
            <For each={used()}>
              {(group) => (
                <Chip
                  on={filter().group === group.id}
                  name={group.name}
                  now={picture() ? nowOf(group.id) : undefined}
                  onPick={() => setQuery({ group: filter().group === group.id ? null : group.id }, { scroll: false })}
                />
              )}
            </For>
          </fieldset>
        </Show>
        <Show when={all().length >= SEARCH_FROM}>
          <input
            ref={search}
            class="input org-search"
            type="search"
            placeholder="Find a site"
            aria-label="Find a site by name or domain"
            aria-keyshortcuts="/"
            value={filter().query}
            onInput={(event) => setQuery({ q: event.currentTarget.value || null }, { scroll: false, replace: true })}
            onKeyDown={(event) => {
              const first = order()?.ids[0];
              if (event.key === "Enter" && first) navigate(`/sites/${encodeURIComponent(first)}/live`);
              if (event.key === "ArrowDown") grid?.querySelector("a")?.focus();
            }}
          />
        </Show>
      </div>

      <Show
        when={tiles().length > 0 || !loaded(sites)}
        fallback={
          <p class="org-none">
            No site matches.{" "}
            <button type="button" class="button quiet small" onClick={clear}>
              Show all sites
            </button>
          </p>
        }
      >
        <ul
          ref={grid}
          class="tiles"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocusIn={() => setFocused(true)}
          onFocusOut={(event) => focusLeft(event) && setFocused(false)}
          onKeyDown={walk}
        >
          <For each={shown()}>{(entry) => <SiteTile tile={entry.item()} second={second()} />}</For>
        </ul>
      </Show>
    </div>
  );
}

interface Order {
  filter: TileFilter;
  ids: string[];
}

const rowOf = (link: Element | undefined): number => link?.getBoundingClientRect().top ?? 0;

function Figure(props: { name: string; value: number | null; bad?: boolean }) {
  const whole = () => (props.value === null ? "Not known now" : wholeNumber(props.value));
  return (
    <div class="figure">
      <dt>{props.name}</dt>
      <dd class="num" classList={{ bad: props.bad }} title={whole()}>
        {props.value === null ? "–" : shortNumber(props.value)}
      </dd>
    </div>
  );
}

function Chip(props: { name: string; on: boolean; now?: number | undefined; onPick(): void }) {
  return (
    <button type="button" class="org-chip" aria-pressed={props.on} onClick={() => props.onPick()}>
      <span>{props.name}</span>
      <Show when={props.now !== undefined}>
        <b class="num">{shortNumber(props.now ?? 0)}</b>
      </Show>
    </button>
  );
}
