import { BarController, BarElement, CategoryScale, Chart, LinearScale } from "chart.js";
import type { ChartColors } from "./theme";

Chart.register(BarController, BarElement, LinearScale, CategoryScale);

const FONT = 12;
const BAR = 4;

export interface BarContent {
  rows: readonly (readonly [label: string, value: number])[];
  colors: ChartColors;
  format(value: number): string;
}

export type BarChart = Chart<"bar", (number | null)[], string>;

/** What each chart shows; Chart.js hands its plugins nothing but the chart. */
const contents = new WeakMap<Chart, BarContent>();

/** Cuts a text in the middle until it is no wider than `room`: the end of a path tells more than its middle. */
export function fitText(text: string, room: number, width: (text: string) => number): string {
  if (width(text) <= room) return text;
  let kept = text.length - 1;
  while (kept > 2) {
    const head = Math.ceil(kept / 2);
    const cut = `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
    if (width(cut) <= room) return cut;
    kept--;
  }
  return "…";
}

function paintOver(chart: Chart): void {
  const content = contents.get(chart);
  if (!content) return;
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.textBaseline = "middle";
  chart.getDatasetMeta(0).data.forEach((bar, index) => {
    const row = content.rows[index];
    if (!row) return;
    const y = bar.y - BAR / 2 - FONT / 2 - 3;
    ctx.font = `600 ${FONT}px ${Chart.defaults.font.family}`;
    const value = content.format(row[1]);
    const valueWidth = ctx.measureText(value).width;
    ctx.fillStyle = content.colors.strong;
    ctx.fillText(value, chartArea.right - valueWidth, y);
    ctx.font = `${FONT}px ${Chart.defaults.font.family}`;
    const room = chartArea.right - chartArea.left - valueWidth - 12;
    ctx.fillText(
      fitText(row[0], room, (text) => ctx.measureText(text).width),
      chartArea.left,
      y,
    );
  });
  ctx.restore();
}

/** An empty chart of horizontal bars with their labels above them; `fillBars` puts the content in. */
export function createBars(canvas: HTMLCanvasElement): BarChart {
  Chart.defaults.font.family = getComputedStyle(canvas).fontFamily;
  return new Chart<"bar", (number | null)[], string>(canvas, {
    type: "bar",
    data: {
      labels: [],
      datasets: [
        {
          data: [],
          // Asked for at each drawing: a plain colour set later is not taken over by bars that share their options.
          backgroundColor: ({ chart }) => contents.get(chart)?.colors.line,
          barThickness: BAR,
          borderRadius: 2,
          borderSkipped: false,
        },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      indexAxis: "y",
      layout: { padding: { top: 10 } },
      scales: { x: { display: false, beginAtZero: true }, y: { display: false } },
    },
    plugins: [{ id: "over", afterDatasetsDraw: paintOver }],
  });
}

/** Puts rows and colours into the chart; the caller updates it. Rows beyond those given stay empty, so bars keep their place. */
export function fillBars(chart: BarChart, content: BarContent, places: number): void {
  contents.set(chart, content);
  const dataset = chart.data.datasets[0];
  const x = chart.options.scales?.x;
  if (!dataset || !x) return;
  x.max = Math.max(1, ...content.rows.map(([, value]) => value));
  chart.data.labels = Array.from({ length: places }, (_, index) => content.rows[index]?.[0] ?? `${index}`);
  dataset.data = Array.from({ length: places }, (_, index) => content.rows[index]?.[1] ?? null);
}
