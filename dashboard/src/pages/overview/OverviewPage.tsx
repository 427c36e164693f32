import "./overview.css";
import { useSearchParams } from "@solidjs/router";
import { createMemo, createResource, createSignal, For, Show } from "solid-js";
import type { Site } from "../../../../protocol/management";
import type { Metric } from "../../../../protocol/stats";
import { loaded } from "../../state/loaded";
import { useSession } from "../../state/session";
import { Explain } from "../../ui/Explain";
import { Failure } from "../../ui/Failure";
import { changeOf, changeText, countryName, dayRange } from "../../ui/format";
import { PageTitle } from "../../ui/PageTitle";
import { BreakdownCard } from "./BreakdownCard";
import { DayChart } from "./DayChart";
import { FIGURES, type FigureKind } from "./figures";
import { PeriodPicker } from "./PeriodPicker";
import { daysBefore, daysOfQuery, queryOfDays } from "./period";

const METRICS = FIGURES.map(({ metric }) => metric).join(",");

/** A site's history. */
export default function OverviewPage(props: { site: Site }) {
  const { api } = useSession();
  const [query, setQuery] = useSearchParams();
  const [metric, setMetric] = createSignal<Metric>("visitors");
  const days = createMemo(() => daysOfQuery(query));
  const asked = createMemo((): Record<string, string> => {
    const given = days();
    return given.kind === "range"
      ? { site: props.site.id, from: given.from, to: given.to }
      : { site: props.site.id, period: given.period };
  });

  const [totals, { refetch: readTotals }] = createResource(asked, (range) =>
    api.stats("aggregate", { ...range, metrics: METRICS }),
  );
  const [series, { refetch: readSeries }] = createResource(asked, (range) =>
    api.stats("timeseries", { ...range, interval: "day", metrics: METRICS }),
  );
  const shown = () => loaded(totals);
  // What the days are compared with is known only when the server said which days they are.
  const compared = createMemo(() => {
    const reply = totals.state === "ready" ? totals() : undefined;
    const given = days();
    if (!reply || (given.kind === "period" && given.period === "all")) return undefined;
    return { site: props.site.id, ...daysBefore(reply.from, reply.to) };
  });
  const [before] = createResource(compared, (range) => api.stats("aggregate", { ...range, metrics: METRICS }));

  const now = () => shown()?.data[0];
  const empty = () => totals.state === "ready" && FIGURES.every((figure) => !(now()?.[figure.metric] ?? 0));
  const failed = () => totals.error ?? series.error;
  const figure = (): FigureKind | undefined => FIGURES.find((known) => known.metric === metric());
  const points = createMemo(() =>
    (loaded(series)?.data ?? []).map((row) => ({ date: row.date ?? "", value: row[metric()] ?? 0 })),
  );
  const running = () => {
    const zone = loaded(series)?.timezone;
    const last = points().at(-1)?.date;
    // Swedish writes dates as ISO 8601 does.
    return zone !== undefined && last === new Intl.DateTimeFormat("sv", { timeZone: zone }).format(new Date());
  };
  const change = (kind: FigureKind) => {
    const past = before.state === "ready" && compared() ? before().data[0] : undefined;
    // Rates of days without a session say nothing.
    if (!past?.sessions) return null;
    return changeOf(now()?.[kind.metric] ?? 0, past[kind.metric] ?? 0);
  };

  return (
    <div class="page overview">
      <header class="page-head">
        <div>
          <PageTitle site={props.site.name}>Overview</PageTitle>
          <p class="range num">
            <Show when={shown()} fallback={"\u00a0"}>
              {(reply) => (
                <Explain text={`Days of the zone ${reply().timezone.replaceAll("_", " ")}, first and last included.`}>
                  {dayRange(reply().from, reply().to)}
                </Explain>
              )}
            </Show>
          </p>
        </div>
        <PeriodPicker
          days={days()}
          shown={shown()}
          onChange={(next) => setQuery(queryOfDays(next), { scroll: false })}
        />
      </header>

      <Show
        when={!failed()}
        fallback={
          <Failure
            error={failed()}
            onRetry={() => {
              void readTotals();
              void readSeries();
            }}
          />
        }
      >
        <section class="totals" aria-label="Figures" classList={{ stale: totals.loading && shown() !== undefined }}>
          <For each={FIGURES}>
            {(kind) => {
              const value = () => now()?.[kind.metric];
              return (
                <div class="total" classList={{ chosen: metric() === kind.metric }}>
                  <p class="total-name">
                    <Explain text={kind.explain}>{kind.name}</Explain>
                  </p>
                  <button
                    type="button"
                    class="total-value num"
                    aria-pressed={metric() === kind.metric}
                    aria-label={`${kind.name}: ${kind.whole(value() ?? 0)}. Show by day`}
                    title={kind.whole(value() ?? 0)}
                    onClick={() => setMetric(kind.metric)}
                  >
                    <Show when={value() !== undefined} fallback={<span class="skeleton">00.0 k</span>}>
                      <Units text={kind.short(value() ?? 0)} />
                    </Show>
                  </button>
                  <Change change={change(kind)} lessIsBetter={kind.lessIsBetter ?? false} range={compared()} />
                </div>
              );
            }}
          </For>
        </section>

        <Show when={!empty()} fallback={<Nothing />}>
          <Show when={points().length > 0 && figure()} fallback={<div class="day-chart-space" />}>
            {(kind) => (
              <DayChart
                label={kind().name}
                points={points()}
                tick={kind().tick ?? kind().short}
                unit={kind().unit ?? (() => 1)}
                least={kind().least ?? 1}
                whole={kind().whole}
                running={running()}
              />
            )}
          </Show>
          <div class="breakdowns">
            <BreakdownCard
              label="Pages"
              tabs={[
                ["page", "Pages"],
                ["entry", "Entry pages"],
                ["exit", "Exit pages"],
              ]}
              query={asked()}
            />
            <BreakdownCard
              label="Sources"
              tabs={[
                ["source", "Sources"],
                ["channel", "Channels"],
                ["campaign", "Campaigns"],
              ]}
              query={asked()}
            />
            <BreakdownCard
              label="Countries"
              tabs={[["country", "Countries"]]}
              query={asked()}
              nameOf={(code) => countryName(code || null)}
            />
            <BreakdownCard
              label="Devices"
              tabs={[
                ["device", "Devices"],
                ["browser", "Browsers"],
                ["os", "Systems"],
              ]}
              query={asked()}
            />
          </div>
        </Show>
      </Show>
    </div>
  );
}

/** Letters after a number are its unit: small and beside it. */
function Units(props: { text: string }) {
  return (
    <For each={props.text.split(/ ?([a-z%]+) ?/)}>{(part, index) => (index() % 2 ? <small>{part}</small> : part)}</For>
  );
}

function Change(props: {
  change: number | null;
  lessIsBetter: boolean;
  range: { from: string; to: string } | undefined;
}) {
  const direction = () => {
    const rounded = Math.round((props.change ?? 0) * 100);
    if (rounded === 0) return "even";
    return rounded > 0 === props.lessIsBetter ? "worse" : "better";
  };
  return (
    <p class="change num" data-direction={direction()}>
      <Show when={props.change !== null && props.range} fallback={"\u00a0"}>
        {(range) => (
          <span title={`Against ${dayRange(range().from, range().to)}`}>
            {changeText(props.change ?? 0)}
            <span class="visually-hidden"> against {dayRange(range().from, range().to)}</span>
          </span>
        )}
      </Show>
    </p>
  );
}

/** An empty axis with one sentence. */
function Nothing() {
  return (
    <div class="nothing">
      <p>No visits in these days. Import server logs or choose other days.</p>
    </div>
  );
}
