import { createMemo, createSignal, createUniqueId, For, onCleanup, onMount, Show } from "solid-js";
import { namedDay, shortDay } from "../../ui/format";
import { labelPlaces, niceScale } from "./ticks";

export interface DayPoint {
  date: string;
  value: number;
}

export interface DayChartProps {
  label: string;
  points: readonly DayPoint[];
  /** On the axis. */
  tick: (value: number, top: number) => string;
  /** What round numbers are round in: 1, or the milliseconds of a second or minute. */
  unit: (most: number) => number;
  /** In the tooltip and for screen readers. */
  whole: (value: number) => string;
  /** The least step between two ticks, in units. */
  least: number;
  /** The last day is still being counted. */
  running: boolean;
}

const HEIGHT = 248;
const TOP = 12;
const BOTTOM = 26;
const LEFT = 44;
const RIGHT = 8;

/** One figure by day: a thin line over a faint fill, the running day hatched, a crosshair by pointer or arrow keys. */
export function DayChart(props: DayChartProps) {
  const [width, setWidth] = createSignal(800);
  const [at, setAt] = createSignal<number | null>(null);
  const hatch = createUniqueId();
  let box: HTMLElement | undefined;

  onMount(() => {
    if (!box) return;
    const watch = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    watch.observe(box);
    onCleanup(() => watch.disconnect());
  });

  const scale = createMemo(() => {
    const most = Math.max(0, ...props.points.map(({ value }) => value));
    const unit = props.unit(most);
    const { top, step } = niceScale(most / unit, props.least);
    return { top: top * unit, step: step * unit };
  });
  const last = () => props.points.length - 1;
  const x = (index: number) =>
    last() === 0 ? (LEFT + width() - RIGHT) / 2 : LEFT + ((width() - LEFT - RIGHT) * index) / last();
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / scale().top);
  const ticks = () => {
    const { top, step } = scale();
    return Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  };
  const labels = () => labelPlaces(props.points.length, Math.floor((width() - LEFT) / 84));
  const path = (from: number, to: number) =>
    props.points
      .slice(from, to + 1)
      .map(({ value }, index) => `${index === 0 ? "M" : "L"}${x(from + index).toFixed(1)} ${y(value).toFixed(1)}`)
      .join("");
  /** Where the closed days end. */
  const closed = () => (props.running ? Math.max(0, last() - 1) : last());
  const area = (from: number, to: number) =>
    `${path(from, to)}L${x(to).toFixed(1)} ${y(0).toFixed(1)}L${x(from).toFixed(1)} ${y(0).toFixed(1)}Z`;

  function point(event: PointerEvent & { currentTarget: SVGSVGElement }): void {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const index = Math.round(((left - LEFT) / Math.max(1, width() - LEFT - RIGHT)) * last());
    setAt(Math.min(last(), Math.max(0, index)));
  }

  function move(event: KeyboardEvent): void {
    const here = at() ?? last();
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last() }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.min(last(), Math.max(0, next)));
  }

  const shown = () => {
    const index = at();
    const found = index === null ? undefined : props.points[index];
    return found && index !== null ? { ...found, index } : undefined;
  };
  const words = () => {
    const day = shown();
    return day ? `${namedDay(day.date)}: ${props.whole(day.value)}` : `${props.points.length} days`;
  };

  return (
    <figure ref={box} class="day-chart" aria-label={props.label}>
      <svg
        width={width()}
        height={HEIGHT}
        role="slider"
        tabindex={0}
        aria-label={`${props.label} by day`}
        aria-valuemin={0}
        aria-valuemax={last()}
        aria-valuenow={at() ?? last()}
        aria-valuetext={words()}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setAt(null)}
        onKeyDown={move}
        onBlur={() => setAt(null)}
      >
        <defs>
          <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="5" stroke="var(--data-1)" stroke-width="1" opacity="0.5" />
          </pattern>
        </defs>
        <For each={ticks()}>
          {(tick) => (
            <>
              <line class="grid" x1={LEFT} x2={width() - RIGHT} y1={y(tick)} y2={y(tick)} />
              <text class="tick" x={LEFT - 8} y={y(tick)} text-anchor="end" dominant-baseline="central">
                {props.tick(tick, scale().top)}
              </text>
            </>
          )}
        </For>
        <For each={labels()}>
          {(index) => (
            <text
              class="tick"
              x={x(index)}
              y={HEIGHT - 6}
              text-anchor={index === 0 ? "start" : index === last() ? "end" : "middle"}
            >
              {shortDay(props.points[index]?.date ?? "1970-01-01")}
            </text>
          )}
        </For>
        <path class="fill" d={area(0, closed())} />
        <path class="series" d={path(0, closed())} />
        <Show when={props.running && last() > 0}>
          <path d={area(closed(), last())} fill={`url(#${hatch})`} />
          <path class="series running" d={path(closed(), last())} />
        </Show>
        <Show when={shown()}>
          {(day) => (
            <>
              <line class="cross" x1={x(day().index)} x2={x(day().index)} y1={TOP} y2={HEIGHT - BOTTOM} />
              <circle class="spot" cx={x(day().index)} cy={y(day().value)} r="4" />
            </>
          )}
        </Show>
      </svg>
      <Show when={shown()}>
        {(day) => (
          <p
            class="chart-tip num"
            classList={{ flipped: x(day().index) > width() / 2 }}
            style={{ left: `${x(day().index)}px` }}
            aria-hidden="true"
          >
            <b>{props.whole(day().value)}</b>
            <span>
              {namedDay(day().date)}
              {props.running && day().index === last() ? ", so far" : ""}
            </span>
          </p>
        )}
      </Show>
    </figure>
  );
}
