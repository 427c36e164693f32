import { cleanup, render } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, expect, test, vi } from "vitest";
import { ChartView } from "./ChartView";

const frames: FrameRequestCallback[] = [];
vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
const nextFrame = () => frames.splice(0).forEach((callback) => callback(0));

afterEach(() => {
  cleanup();
  while (frames.length > 0) nextFrame();
});

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
  nextFrame();
  setData([2]);
  setData([3]);
  expect(refresh).toHaveBeenCalledTimes(3);
  nextFrame();
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
  nextFrame();
  expect(refresh).toHaveBeenCalledTimes(1);
  expect(chart.update).not.toHaveBeenCalled();
  expect(chart.draw).not.toHaveBeenCalled();
});

test("of charts that change together each frame paints one", () => {
  const [one, two] = [setUp(), setUp()];
  const painted = () => [one, two].map(({ chart }) => chart.update.mock.calls.length);
  expect(painted()).toEqual([0, 0]);
  nextFrame();
  expect(painted()).toEqual([1, 0]);
  nextFrame();
  expect(painted()).toEqual([1, 1]);
  nextFrame();
  expect(painted()).toEqual([1, 1]);
});
