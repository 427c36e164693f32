import { createMemo, createSignal, For, type JSX, on, Show, untrack } from "solid-js";
import { type LiveFilter, WINDOW_LENGTHS, type WindowName, type WindowPoint } from "../../../../protocol/live";
import { type BarChart, createBars, fillBars } from "../../charts/bar-chart";
import { ChartView } from "../../charts/ChartView";
import { createLine, fillLine, type LineChart, slotAt } from "../../charts/line-chart";
import { createThemeVersion, readColors } from "../../charts/theme";
import { errorRate, SLOTS, seriesOf, topRoutes } from "../../charts/window-series";
import { Explain } from "../../ui/Explain";
import type { LiveView } from "./live-view";
import { percent, rateNumber, shortNumber } from "./words";

const SPANS = { "1s": "1 min ago", "5s": "5 min ago", "60s": "1 h ago" } as const satisfies Record<WindowName, string>;
const NAMES = { "1s": "1 s", "5s": "5 s", "60s": "60 s" } as const satisfies Record<WindowName, string>;
const WINDOWS = ["1s", "5s", "60s"] as const satisfies readonly WindowName[];
const ROUTES = 5;

/** The four charts over the rolling windows, with one switch for their length and one crosshair. */
export default function LiveCharts(props: { view: LiveView; filter: LiveFilter; second: number }) {
  const [name, setName] = createSignal<WindowName>("1s");
  const [hovered, setHovered] = createSignal<number | null>(null);
  const theme = createThemeVersion();
  const length = () => WINDOW_LENGTHS[name()];
  // Drawn once a second: what a frame changes within the running window does not move the lines.
  const points = createMemo(on([() => props.second, () => props.filter, name], () => props.view.windows[name()]));
  const empty = createMemo(() => points().length === 0);

  const line = (spec: {
    title: string;
    explain: string;
    color: string;
    least: number;
    whole?: boolean;
    value(point: WindowPoint): number;
    format(value: number): string;
    formatTick?(value: number): string;
  }): JSX.Element => {
    const series = createMemo(() => seriesOf(points(), length(), props.second, spec.value));
    const colors = createMemo(on(theme, () => readColors(document.body, spec.color)));
    let chart: LineChart | undefined;
    const reading = () => {
      const slot = hovered();
      if (slot === null) return null;
      const at = new Date(series().from + slot * series().length);
      return { value: spec.format(series().values[slot] ?? 0), time: at.toLocaleTimeString("en-GB") };
    };
    return (
      <figure class="chart">
        <figcaption>
          <Explain text={spec.explain}>{spec.title}</Explain>
          <Show when={reading()}>
            {(at) => (
              <span class="reading num">
                <b>{at().value}</b> {at().time}
              </span>
            )}
          </Show>
        </figcaption>
        <div class="chart-box">
          <ChartView
            label={`${spec.title}, windows of ${NAMES[name()]}, last full one ${spec.format(series().values[SLOTS - 2] ?? 0)}`}
            create={(canvas) => {
              chart = createLine(canvas);
              return chart;
            }}
            refresh={(made) => {
              fillLine(made, {
                values: series().values,
                empty: empty(),
                colors: colors(),
                least: spec.least,
                whole: spec.whole ?? false,
                format: spec.format,
                formatTick: spec.formatTick ?? spec.format,
                hovered: () => untrack(hovered),
              });
            }}
            repaint={hovered}
            onPointerMove={(event) => chart && setHovered(slotAt(chart, event.offsetX))}
            onPointerLeave={() => setHovered(null)}
          />
          <Show when={empty()}>
            <p class="chart-empty">Nothing came in this time.</p>
          </Show>
        </div>
        <div class="chart-ends" aria-hidden="true">
          <span>{SPANS[name()]}</span>
          <span>now</span>
        </div>
      </figure>
    );
  };

  const routeColors = createMemo(on(theme, () => readColors(document.body, "--data-3")));
  const routes = createMemo(() => topRoutes(points(), length(), props.second, ROUTES));

  return (
    <section class="charts" aria-label="Charts">
      <header class="section-head">
        <h2>Rolling windows</h2>
        <Show when={props.view.filtered}>
          <span class="section-unit">from the journeys of the sessions that match</span>
        </Show>
        <fieldset class="window-switch">
          <legend class="visually-hidden">Length of a window</legend>
          <For each={WINDOWS}>
            {(option) => (
              <button type="button" aria-pressed={name() === option} onClick={() => setName(option)}>
                {NAMES[option]}
              </button>
            )}
          </For>
        </fieldset>
      </header>
      <div class="chart-row">
        {line({
          title: "Active users",
          explain: "Distinct visitors of whom something came, in each window.",
          color: "--data-1",
          least: 3,
          whole: true,
          value: (point) => point.users,
          format: shortNumber,
        })}
        {line({
          title: "Events per second",
          explain: "Events of each window, divided by its length.",
          color: "--data-2",
          least: 0.3,
          value: (point) => (point.events * 1000) / length(),
          format: rateNumber,
          formatTick: (perSecond) => String(+perSecond.toFixed(2)),
        })}
        {line({
          title: "Error rate",
          explain: "Script errors among the events of each window.",
          color: "--error",
          least: 0.03,
          value: errorRate,
          format: percent,
          formatTick: (share) => `${+(share * 100).toFixed(1)} %`,
        })}
        <figure class="chart">
          <figcaption>
            <Explain text="Page views by page, all windows drawn taken together.">Top routes</Explain>
          </figcaption>
          <div class="chart-box bars-box">
            <ChartView<BarChart>
              label={`Top routes: ${routes()
                .map(([path, count]) => `${path} ${count}`)
                .join(", ")}`}
              create={createBars}
              refresh={(made) => {
                fillBars(made, { rows: routes(), colors: routeColors(), format: shortNumber }, ROUTES);
              }}
            />
            <Show when={routes().length === 0}>
              <p class="chart-empty">No page was opened in this time.</p>
            </Show>
          </div>
        </figure>
      </div>
    </section>
  );
}
