import { cleanup, render } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, expect, test, vi } from "vitest";
import { ChartView } from "./ChartView";

afterEach(cleanup);

function setUp() {
  const chart = { update: vi.fn(), draw: vi.fn(), destroy: vi.fn() };
  const create = vi.fn(() => chart);
  const [data, setData] = createSignal([1]);
  const [hovered, setHovered] = createSignal<number | null>(null);
  const refresh = vi.fn(() => {
    data();
  });
  const view = render(() => <ChartView label="Events" create={create} refresh={refresh} repaint={hovered} />);
  return { chart, create, refresh, setData, setHovered, view };
}

test("the chart is made once, updated by its data without animation, painted again for the crosshair", () => {
  const { chart, create, refresh, setData, setHovered, view } = setUp();
  expect(view.getByRole("img", { name: "Events" })).toBeInstanceOf(HTMLCanvasElement);
  expect(create).toHaveBeenCalledTimes(1);
  expect(refresh).toHaveBeenCalledTimes(1);
  setData([2]);
  expect(chart.update.mock.calls).toEqual([["none"], ["none"]]);
  expect(chart.draw).not.toHaveBeenCalled();
  setHovered(4);
  expect(chart.draw).toHaveBeenCalledTimes(1);
  expect(chart.update).toHaveBeenCalledTimes(2);
});

test("after it is removed the chart is destroyed and nothing fires", () => {
  const { chart, refresh, setData, setHovered, view } = setUp();
  view.unmount();
  expect(chart.destroy).toHaveBeenCalledTimes(1);
  setData([3]);
  setHovered(1);
  expect(refresh).toHaveBeenCalledTimes(1);
  expect(chart.update).toHaveBeenCalledTimes(1);
  expect(chart.draw).not.toHaveBeenCalled();
});
