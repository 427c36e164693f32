import "./strip.css";
import { createEffect, createSignal, on, onCleanup, onMount, untrack } from "solid-js";
import type { WindowPoint } from "../../../../protocol/live";
import { hatch } from "../../charts/hatch";
import { type ChartColors, createThemeVersion, readColors } from "../../charts/theme";
import { seriesOf } from "../../charts/window-series";
import { calm } from "./glide";
import { age, wholeNumber } from "./words";

const SECOND = 1000;
const SECONDS = 60;
/** One more than is seen, for the bar that leaves on the left. */
const BARS = SECONDS + 1;
const GAP = 1.5;
/** Bars move a few pixels a second: more than 20 pictures a second would look the same. Milliseconds. */
const PACE = 50;
/** The top of the strip is at least this many events, so that a single one does not fill it. */
const LEAST = 4;

export interface StripProps {
  /** Windows of one second. */
  points: readonly Pick<WindowPoint, "at" | "events" | "errors">[];
  serverNow(): number;
  /** Changes once a second. */
  second: number;
}

/** Events of the last 60 seconds as thin bars that move evenly to the left; the running second is hatched. */
export function Strip(props: StripProps) {
  let canvas!: HTMLCanvasElement;
  const themeVersion = createThemeVersion();
  const [hovered, setHovered] = createSignal<number | null>(null);
  const still = calm();
  let colors: ChartColors;
  let width = 0;
  let height = 0;
  let top = LEAST;

  const counts = (now: number) => ({
    events: seriesOf(props.points, SECOND, now, (point) => point.events, BARS).values,
    errors: seriesOf(props.points, SECOND, now, (point) => point.errors, BARS).values,
  });

  function draw(): void {
    const context = canvas.getContext("2d");
    if (!context || width === 0) return;
    const now = props.serverNow();
    const { events, errors } = counts(now);
    const most = Math.max(LEAST, ...events);
    top = still ? most : top + (most - top) * 0.3;
    const step = width / SECONDS;
    const moved = still ? 1 : (now % SECOND) / SECOND;
    context.clearRect(0, 0, width, height);
    for (let bar = 0; bar < BARS; bar++) {
      const value = events[bar] ?? 0;
      const x = width - (BARS - 1 - bar + moved) * step;
      const box = { x, y: 0, width: step - GAP, height: 1 };
      if (value > 0) box.height = Math.max(2, (value / top) * (height - 2));
      box.y = height - box.height;
      context.fillStyle = value > 0 ? colors.line : colors.grid;
      if (bar === hovered()) context.fillStyle = colors.strong;
      if (bar === BARS - 1 && value > 0) hatch(context, box, colors.line);
      else context.fillRect(box.x, box.y, box.width, box.height);
      const wrong = errors[bar] ?? 0;
      if (wrong > 0 && bar < BARS - 1) {
        context.fillStyle = colors.error;
        context.fillRect(box.x, box.y, box.width, Math.max(2, (wrong / value) * box.height));
      }
    }
  }

  onMount(() => {
    const observer = new ResizeObserver(() => {
      width = canvas.clientWidth;
      height = canvas.clientHeight;
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
      canvas.getContext("2d")?.scale(devicePixelRatio, devicePixelRatio);
      untrack(draw);
    });
    createEffect(
      on(themeVersion, () => {
        colors = readColors(canvas.parentElement ?? canvas, "--accent");
      }),
    );
    observer.observe(canvas);
    if (still) createEffect(on([() => props.second, () => props.points], draw));
    const timer = still ? undefined : setInterval(() => untrack(draw), PACE);
    onCleanup(() => {
      observer.disconnect();
      clearInterval(timer);
    });
  });

  const caption = () => {
    const bar = hovered();
    const { events } = counts(props.second);
    if (bar === null) return "60 s ago";
    const count = events[bar] ?? 0;
    return `${wholeNumber(count)} ${count === 1 ? "event" : "events"}, ${age((BARS - 1 - bar) * SECOND)} ago`;
  };

  return (
    <div class="strip">
      <canvas
        ref={canvas}
        role="img"
        aria-label="Events in each of the last 60 seconds"
        onPointerMove={(event) => {
          const share = 1 - event.offsetX / Math.max(1, width);
          setHovered(Math.max(1, BARS - 2 - Math.floor(share * SECONDS)));
        }}
        onPointerLeave={() => setHovered(null)}
      />
      <div class="strip-ends num" aria-hidden="true">
        <span>{caption()}</span>
        <span>now</span>
      </div>
    </div>
  );
}
