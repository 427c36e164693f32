import { For } from "solid-js";

/** Line drawings on a field of 16 by 16. */
const PATHS = {
  live: ["M8 6.25a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0-3.5", "M4.5 4.5a5 5 0 0 0 0 7", "M11.5 4.5a5 5 0 0 1 0 7"],
  grid: ["M2.5 2.5h4.5v4.5h-4.5z", "M9 2.5h4.5v4.5h-4.5z", "M2.5 9h4.5v4.5h-4.5z", "M9 9h4.5v4.5h-4.5z"],
  overview: ["M2.5 13.5h11", "M4.5 13.5V9", "M8 13.5V3.5", "M11.5 13.5V6.5"],
  alerts: [
    "M8 2.5a3.75 3.75 0 0 0-3.75 3.75c0 3.25-1.25 4.5-1.25 4.5h10s-1.25-1.25-1.25-4.5A3.75 3.75 0 0 0 8 2.5",
    "M6.75 13.25a1.5 1.5 0 0 0 2.5 0",
  ],
  sites: ["M2.5 3.5h11v9h-11z", "M2.5 6.25h11"],
  keys: ["M10.5 2.75a2.75 2.75 0 1 0 0 5.5a2.75 2.75 0 1 0 0-5.5", "M8.5 7.5l-6 6", "M4.75 11.25l1.75 1.75"],
  settings: ["M2.5 5h5", "M11.5 5h2", "M9.5 3.25v3.5", "M2.5 11h2", "M8.5 11h5", "M6.5 9.25v3.5"],
  account: ["M8 2.75a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5", "M3 13.5c.5-2.5 2.5-3.75 5-3.75s4.5 1.25 5 3.75"],
  chevrons: ["M5.5 6.25L8 3.75l2.5 2.5", "M5.5 9.75L8 12.25l2.5-2.5"],
  plus: ["M8 3.5v9", "M3.5 8h9"],
  copy: ["M5.5 5.5h8v8h-8z", "M10.5 5.5v-3h-8v8h3"],
  check: ["M3.5 8.5l3 3l6-7"],
  close: ["M4 4l8 8", "M12 4l-8 8"],
} as const;
export type IconName = keyof typeof PATHS;

export function Icon(props: { name: IconName }) {
  return (
    <svg
      class="icon"
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <For each={PATHS[props.name]}>{(path) => <path d={path} />}</For>
    </svg>
  );
}
