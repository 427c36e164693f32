import { cleanup, render } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, expect, it } from "vitest";
import { Pulse } from "./Pulse";

afterEach(cleanup);

function setUp() {
  const [count, setCount] = createSignal(7);
  const { container, unmount } = render(() => <Pulse beat={count} />);
  const dot = container.querySelector<HTMLElement>(".pulse");
  if (!dot) throw new Error("There is no dot.");
  const beat = () => dot.dataset["beat"];
  return { beat, setCount, unmount };
}

it("rests until something comes", () => {
  expect(setUp().beat()).toBeUndefined();
});

it("beats once for each change", () => {
  const { beat, setCount } = setUp();
  setCount(8);
  expect(beat()).toBe("a");
  setCount(9);
  expect(beat()).toBe("b");
  setCount(10);
  expect(beat()).toBe("a");
});

it("rests when the same number comes again", () => {
  const { beat, setCount } = setUp();
  setCount(8);
  setCount(8);
  expect(beat()).toBe("a");
});

it("stays still after it is gone", () => {
  const { beat, setCount, unmount } = setUp();
  unmount();
  setCount(8);
  expect(beat()).toBeUndefined();
});
