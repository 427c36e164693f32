import { createEffect, type JSX, onCleanup, onMount } from "solid-js";
import { paintSoon } from "./paint-queue";

/** What of a Chart.js chart is needed here. */
export interface ChartHandle {
  update(mode: "none"): void;
  draw(): void;
  destroy(): void;
}

export interface ChartViewProps<C extends ChartHandle> {
  /** What the picture shows, for those who do not see it. */
  label: string;
  create(canvas: HTMLCanvasElement): C;
  /** Puts data and colours into the chart; runs again whenever a signal it reads changes. */
  refresh(chart: C): void;
  /** Reads the signals after which the same data is only painted again, such as the crosshair. */
  repaint?(): void;
  onPointerMove?: JSX.EventHandler<HTMLCanvasElement, PointerEvent>;
  onPointerLeave?: () => void;
}

/** A Chart.js chart for as long as the component lives: made when mounted, never animated, destroyed when removed. */
export function ChartView<C extends ChartHandle>(props: ChartViewProps<C>) {
  let canvas!: HTMLCanvasElement;
  onMount(() => {
    const chart = props.create(canvas);
    const update = () => chart.update("none");
    let takeBack = () => {};
    onCleanup(() => {
      takeBack();
      chart.destroy();
    });
    createEffect(() => {
      props.refresh(chart);
      takeBack = paintSoon(update);
    });
    createEffect((painted: boolean) => {
      props.repaint?.();
      if (painted) chart.draw();
      return true;
    }, false);
  });
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={props.label}
      onPointerMove={(event) => props.onPointerMove?.(event)}
      onPointerLeave={() => props.onPointerLeave?.()}
    />
  );
}
