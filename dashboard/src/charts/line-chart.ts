import {
  CategoryScale,
  Chart,
  type ChartOptions,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from "chart.js";
import { hatch } from "./hatch";
import type { ChartColors } from "./theme";
import { SLOTS } from "./window-series";

Chart.register(LineController, LineElement, PointElement, LinearScale, CategoryScale, Filler);

const FONT = 11;
/** Room right of the line for the label at its end. */
const LABEL_ROOM = 44;
/** Room left of it for the axis' words, the same in each chart so that their times lie below each other. */
const AXIS_ROOM = 46;

export interface LineContent {
  /** One a window; the last one is of the window still running. */
  values: readonly number[];
  /** Nothing came at all: the axis alone is drawn. */
  empty: boolean;
  colors: ChartColors;
  /** The top of the axis is at least this. */
  least: number;
  /** The values are counts. */
  whole: boolean;
  format(value: number): string;
  /** How the axis writes its steps. */
  formatTick(value: number): string;
  /** The slot under the crosshair. */
  hovered(): number | null;
}

export type LineChart = Chart<"line", (number | null)[], number>;

/** What each chart shows; Chart.js hands its plugins nothing but the chart. */
const contents = new WeakMap<Chart, LineContent>();

/** Steps of an axis above zero, at most. */
const STEPS = 3;

/** Round steps of an axis; `whole`: of what there are no fractions of. */
export function axisTop(most: number, least: number, whole = false): { top: number; step: number } {
  const top = Math.max(most, least);
  const raw = whole ? Math.max(1, top / STEPS) : top / STEPS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step =
    ((whole ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10]).find((factor) => factor * power >= raw - 1e-9) ?? 10) * power;
  return { top: step * Math.ceil(top / step - 1e-9), step };
}

function paintOver(chart: Chart): void {
  const content = contents.get(chart);
  const x = chart.scales.x;
  const y = chart.scales.y;
  if (!content || content.empty || !x || !y) return;
  const { ctx, chartArea } = chart;
  const { values, colors } = content;
  const slot = x.getPixelForValue(1) - x.getPixelForValue(0);
  const running = values.length - 1;

  ctx.save();
  const top = y.getPixelForValue(values[running] ?? 0);
  const box = {
    x: x.getPixelForValue(running) - slot / 2,
    y: top,
    width: Math.max(3, slot),
    height: chartArea.bottom - top,
  };
  hatch(ctx, box, colors.line);

  const last = values[running - 1] ?? 0;
  const end = { x: x.getPixelForValue(running - 1), y: y.getPixelForValue(last) };
  ctx.fillStyle = colors.line;
  ctx.beginPath();
  ctx.arc(end.x, end.y, 2.5, 0, 2 * Math.PI);
  ctx.fill();
  ctx.font = `600 ${FONT + 1}px ${Chart.defaults.font.family}`;
  ctx.textBaseline = "middle";
  ctx.fillStyle = colors.strong;
  ctx.fillText(content.format(last), box.x + box.width + 5, Math.min(end.y, chartArea.bottom - FONT / 2));

  const hovered = content.hovered();
  const value = hovered === null ? undefined : values[hovered];
  if (hovered !== null && value !== undefined) {
    const at = { x: x.getPixelForValue(hovered), y: y.getPixelForValue(value) };
    ctx.strokeStyle = colors.text;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(Math.round(at.x) + 0.5, chartArea.top);
    ctx.lineTo(Math.round(at.x) + 0.5, chartArea.bottom);
    ctx.stroke();
    ctx.fillStyle = colors.line;
    ctx.strokeStyle = colors.surface;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc(at.x, at.y, 4, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

function optionsOf(content: LineContent | null): ChartOptions<"line"> {
  const y = content && { ...axisTop(Math.max(...content.values), content.least, content.whole), ...content };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { top: 8, right: LABEL_ROOM } },
    scales: {
      x: { display: false, offset: false },
      y: {
        beginAtZero: true,
        afterFit: (axis) => {
          axis.width = Math.max(axis.width, AXIS_ROOM);
        },
        border: { display: false },
        ...(y && { max: y.top }),
        grid: { drawTicks: false, ...(y && { color: y.colors.grid }) },
        ticks: {
          padding: 8,
          font: { size: FONT },
          ...(y && { color: y.colors.text, stepSize: y.step, callback: (value) => y.formatTick(Number(value)) }),
        },
      },
    },
  };
}

/** An empty line chart; `fillLine` puts the content in. */
export function createLine(canvas: HTMLCanvasElement): LineChart {
  Chart.defaults.font.family = getComputedStyle(canvas).fontFamily;
  return new Chart<"line", (number | null)[], number>(canvas, {
    type: "line",
    data: {
      labels: Array.from({ length: SLOTS }, (_, slot) => slot),
      datasets: [{ data: [], borderWidth: 1.5, pointRadius: 0, fill: true, cubicInterpolationMode: "monotone" }],
    },
    options: optionsOf(null),
    plugins: [{ id: "over", afterDatasetsDraw: paintOver }],
  });
}

/** Puts values and colours into the chart; the caller updates it. */
export function fillLine(chart: LineChart, content: LineContent): void {
  contents.set(chart, content);
  const { values, colors } = content;
  const dataset = chart.data.datasets[0];
  if (!dataset) return;
  dataset.data = values.map((value, slot) => (content.empty || slot === values.length - 1 ? null : value));
  dataset.borderColor = colors.line;
  dataset.backgroundColor = colors.fill;
  // As a whole: what Chart.js answers when options are read is its own view of them, and breaks when it is written back.
  chart.options = optionsOf(content);
}

/** The slot nearest to a pointer, x in pixels from the chart's left edge; null beside the plot. */
export function slotAt(chart: LineChart, x: number): number | null {
  const { left, right } = chart.chartArea;
  if (x < left - 4 || x > right + LABEL_ROOM) return null;
  const slot = Math.round(((x - left) / (right - left)) * (SLOTS - 1));
  return Math.min(SLOTS - 1, Math.max(0, slot));
}
