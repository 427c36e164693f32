import { afterEach, expect, test } from "vitest";
import { createLine, fillLine, type LineChart } from "./line-chart";

/** happy-dom has no canvas: whatever is asked of this one it takes. */
function canvas(): HTMLCanvasElement {
  const element = document.createElement("canvas");
  const context: object = new Proxy(
    { canvas: element, measureText: () => ({ width: 10 }) },
    {
      get: (known, name) => Reflect.get(known, name) ?? (() => context),
      set: () => true,
    },
  );
  Object.defineProperty(element, "getContext", { value: () => context });
  document.body.append(element);
  return element;
}

const colors = {
  line: "#111",
  fill: "#222",
  grid: "#333",
  text: "#444",
  strong: "#555",
  surface: "#666",
  error: "#777",
};
const content = (top: number) => ({
  values: [1, top],
  empty: false,
  colors,
  least: 1,
  whole: false,
  format: String,
  formatTick: (value: number) => `${value} a`,
  hovered: () => null,
});

let chart: LineChart | undefined;
afterEach(() => {
  chart?.destroy();
  document.body.replaceChildren();
});

test("is filled any number of times between two drawings, and draws", () => {
  const made = createLine(canvas());
  chart = made;
  for (let round = 1; round <= 4; round++) {
    for (let fill = 0; fill < round; fill++) fillLine(made, content(10 * round + fill));
    made.update("none");
    const y = made.scales["y"];
    expect([y?.min, y?.max]).toEqual([0, y?.options.max]);
    expect(y?.max).toBeGreaterThanOrEqual(10 * round);
    expect(y?.ticks.map(({ label }) => label)).toContain("0 a");
  }
});
