import { type MetricType, onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";
import type { Core } from "./core";

/** A layout shift has no unit and lies below 1; all others are milliseconds. */
const rounded = (name: string, value: number) => (name === "CLS" ? Math.round(value * 1e4) / 1e4 : Math.round(value));

/** Reports each web vital once it is final; see https://web.dev/articles/vitals. */
export const install = (core: Core): void => {
  const report = ({ name, value, rating, navigationURL }: MetricType) => {
    core.track("vital", {
      name,
      event_data: { value: rounded(name, value), rating },
      // A page without reload may be elsewhere by now.
      ...(navigationURL && { page_url: navigationURL }),
    });
    // Most are final when the page is hidden, and by then the core has sent what it had.
    if (document.hidden) core.flush(true);
  };
  for (const observe of [onCLS, onFCP, onINP, onLCP, onTTFB]) observe(report);
};
