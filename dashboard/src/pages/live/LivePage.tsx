import "./live.css";
import { useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, ErrorBoundary, For, on, Show, Suspense, untrack } from "solid-js";
import { LIVE_SESSIONS_SHOWN } from "../../../../protocol/limits";
import type { LiveFilter } from "../../../../protocol/live";
import type { Site } from "../../../../protocol/management";
import { isFinal, statusText } from "../../../live/status-text";
import { setLiveCount } from "../../state/live-count";
import { part } from "../../state/part";
import { DropReasons } from "../../ui/DropReasons";
import { Failure } from "../../ui/Failure";
import { LiveEnd } from "../../ui/LiveEnd";
import { PageSite } from "../../ui/PageTitle";
import { Pulse } from "../../ui/Pulse";
import { BarList } from "./BarList";
import { createLive } from "./create-live";
import { Feed } from "./Feed";
import { FilterChips } from "./FilterChips";
import { LiveAlerts } from "./LiveAlerts";
import { FILTER_FIELDS, type FilterField, isFiltered } from "./live-filter";
import { type LiveView, liveView } from "./live-view";
import { NowPanel } from "./NowPanel";
import { Sessions } from "./Sessions";
import { topCities } from "./top-cities";
import { whoIsOn } from "./who-is-on";
import { countryName, deviceWord } from "./words";

const LiveCharts = part(() => import("./LiveCharts"));
const WorldMap = part(() => import("../../map/WorldMap"));

const CITIES = 6;

const NOTHING: LiveView = {
  now: 0,
  connections: 0,
  active: 0,
  page_views: 0,
  pages: [],
  sources: [],
  countries: [],
  devices: [],
  windows: { "1s": [], "5s": [], "60s": [] },
  sessions: [],
  feed: [],
  filtered: false,
  cut: false,
};

function nameOf(field: FilterField, value: string): string {
  if (field === "country") return countryName(value);
  return field === "device" ? deviceWord(value) : value;
}

/** Who is on a site right now and what they do. */
export default function LivePage(props: { site: Site }) {
  const live = untrack(() => createLive({ url: location.origin, site: props.site.id }));
  const [query, setQuery] = useSearchParams();

  const filter = createMemo<LiveFilter>(() => {
    const given: LiveFilter = {};
    for (const field of FILTER_FIELDS) {
      const value = query[field];
      if (typeof value === "string") given[field] = value;
    }
    return given;
  });
  function narrow(field: FilterField, value: string): void {
    const given = filter()[field] === value;
    setQuery({ [field]: given ? null : value }, { scroll: false });
    if (!given) live.act("filter_applied", { filterType: field, value });
  }
  const pick = (field: FilterField) => (value: string) => narrow(field, value);

  const snapshot = () => live.state().snapshot;
  const view = createMemo(() => {
    const picture = snapshot();
    return picture === null ? NOTHING : liveView(picture, filter());
  });
  const ended = () => isFinal(live.status());
  const loading = () => snapshot() === null && !ended();
  // Settled once a second: it reads every session.
  const who = createMemo(
    on([live.second, filter, loading], () =>
      snapshot() === null ? new Map<string, string>() : whoIsOn(view().sessions),
    ),
  );

  const cities = createMemo(on([live.second, filter, loading], () => topCities(view().sessions, CITIES)));

  createEffect(() => {
    const picture = snapshot();
    if (picture !== null) setLiveCount(props.site.id, picture.now);
  });

  const untouched = () => snapshot()?.first_event_at === null;

  return (
    <div class="live" classList={{ loading: loading(), quiet: live.status() === "offline" }} aria-busy={loading()}>
      <header class="live-head">
        <h1 class="live-status" aria-live="polite">
          <Pulse beat={() => live.state().frames} />
          {statusText(live.status(), snapshot() !== null)}
        </h1>
        <PageSite name={props.site.name} />
        <Show when={live.status() === "offline"}>
          <span class="note">
            The server cannot be reached. What happens meanwhile is kept by the pages and sent later.
          </span>
        </Show>
        <FilterChips filter={filter()} nameOf={nameOf} onRemove={(field) => setQuery({ [field]: null })} />
        <Show when={isFiltered(filter())}>
          <span class="note">
            Numbers of the live sessions that match
            {view().cut ? `, among the ${LIVE_SESSIONS_SHOWN} most recent` : ""}
          </span>
        </Show>
      </header>

      <LiveEnd
        status={live.status()}
        signInTo={`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`}
        noAccess="You have no access to this site any more. Ask an owner of the organization."
      />
      <Show when={untouched()}>
        <div class="notice">
          <b>No visits yet.</b> The page fills by itself at the first one.{" "}
          <a href={`/sites/${props.site.id}/setup`}>Set up the snippet</a>
        </div>
      </Show>
      <Show when={(snapshot()?.drops.length ?? 0) > 0 && untouched()}>
        <DropReasons drops={snapshot()?.drops ?? []} site={props.site} />
      </Show>

      <Show when={!ended() || snapshot() !== null}>
        <div class="live-top">
          <NowPanel view={view()} second={live.second()} serverNow={live.serverNow} />
          <section class="live-map" aria-label="Where visitors are">
            <ErrorBoundary fallback={(error, reset) => <Failure error={error} onRetry={reset} />}>
              <Suspense fallback={<div class="map-space" />}>
                <Show when={!loading()} fallback={<div class="map-space" />}>
                  <WorldMap
                    countries={view().countries}
                    feed={view().feed}
                    selected={filter().country}
                    nameOf={countryName}
                    onPick={pick("country")}
                  />
                </Show>
              </Suspense>
            </ErrorBoundary>
            <ul class="cities num" aria-label="Cities of visitors now">
              <For each={cities()}>
                {([city, visitors]) => (
                  <li>
                    {city} <b>{visitors}</b>
                  </li>
                )}
              </For>
            </ul>
          </section>
          <Feed feed={view().feed} second={live.second()} filter={filter()} />
        </div>

        <div class="charts-space">
          <ErrorBoundary fallback={(error, reset) => <Failure error={error} onRetry={reset} />}>
            <Suspense fallback={<ChartSpace />}>
              <Show when={!loading()} fallback={<ChartSpace />}>
                <LiveCharts view={view()} filter={filter()} second={live.second()} />
              </Show>
            </Suspense>
          </ErrorBoundary>
        </div>

        <div class="live-bars">
          <BarList
            title="Active pages"
            explain="The page each visitor who is here now looks at, and who they are."
            rows={view().pages}
            limit={6}
            second={live.second()}
            selected={filter().page}
            filter={filter()}
            empty="Nobody is on a page."
            nameOf={(page) => page}
            detailOf={(page) => who().get(page) ?? ""}
            onPick={pick("page")}
          />
          <BarList
            title="Sources"
            explain="Where the sessions of the visitors who are here now came from."
            rows={view().sources}
            limit={8}
            second={live.second()}
            selected={filter().source}
            filter={filter()}
            empty="No source yet."
            nameOf={(source) => source}
            onPick={pick("source")}
          />
          <BarList
            title="Countries"
            explain="Countries of the visitors who are here now, by their network address."
            rows={view().countries}
            limit={8}
            second={live.second()}
            selected={filter().country}
            filter={filter()}
            empty="No country yet."
            nameOf={countryName}
            onPick={pick("country")}
          />
          <BarList
            title="Devices"
            explain="Devices of the visitors who are here now, by their browser's own word."
            rows={view().devices}
            limit={3}
            second={live.second()}
            selected={filter().device}
            filter={filter()}
            empty="No device yet."
            nameOf={deviceWord}
            onPick={pick("device")}
          />
        </div>

        <Sessions
          sessions={view().sessions}
          active={view().active}
          second={live.second()}
          filter={filter()}
          onPage={pick("page")}
        />
        <Show when={!untouched()}>
          <DropReasons drops={snapshot()?.drops ?? []} site={props.site} />
        </Show>
      </Show>
      <LiveAlerts alerts={live.state().alerts} second={live.second()} siteId={props.site.id} />
    </div>
  );
}

/** The room of the charts while they are on their way. */
function ChartSpace() {
  return (
    <div class="chart-row chart-space" aria-hidden="true">
      <For each={[1, 2, 3, 4]}>{() => <div class="chart-box" />}</For>
    </div>
  );
}
