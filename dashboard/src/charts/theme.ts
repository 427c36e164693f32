import { type Accessor, createSignal, onCleanup } from "solid-js";

/** Colours of a drawing, resolved from the page's custom properties for use on a canvas. */
export interface ChartColors {
  line: string;
  fill: string;
  grid: string;
  text: string;
  strong: string;
  surface: string;
  error: string;
}

/** `variable` is a custom property such as `--data-1`. The element decides which theme applies. */
export function readColors(element: HTMLElement, variable: string): ChartColors {
  // The computed colour of a probe is resolved, the value of a custom property is not.
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const resolve = (color: string) => {
    probe.style.color = color;
    return getComputedStyle(probe).color;
  };
  const colors = {
    line: resolve(`var(${variable})`),
    fill: resolve(`color-mix(in oklab, var(${variable}) 12%, transparent)`),
    grid: resolve("var(--line)"),
    text: resolve("var(--text-3)"),
    strong: resolve("var(--text)"),
    surface: resolve("var(--bg)"),
    error: resolve("var(--error)"),
  };
  probe.remove();
  return colors;
}

/** Counts up when the page changes between dark and light, by its own attributes or by the system. */
export function createThemeVersion(): Accessor<number> {
  const [version, setVersion] = createSignal(0);
  const changed = () => setVersion((count) => count + 1);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme", "class", "style"] });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", changed);
  onCleanup(() => {
    observer.disconnect();
    dark.removeEventListener("change", changed);
  });
  return version;
}
