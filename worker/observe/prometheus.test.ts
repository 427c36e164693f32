import { expect, test } from "vitest";
import { emptyHistogram, measure } from "../../durable-objects/site/model/histogram";
import { prometheusText } from "./prometheus";

test("a family is its help, its type and its samples; one without samples is left out", () => {
  const text = prometheusText([
    { name: "a", help: "What it is.", type: "gauge", samples: [{ labels: {}, value: 1.5 }] },
    { name: "b", help: "Nothing.", type: "counter", samples: [] },
    { name: "c", help: "Labels.", type: "counter", samples: [{ labels: { x: 'q"\\\n', y: "z" }, value: 2 }] },
  ]);
  expect(text).toBe(
    `# HELP a What it is.
# TYPE a gauge
a 1.5
# HELP c Labels.
# TYPE c counter
c{x="q\\"\\\\\\n",y="z"} 2
`,
  );
});

test("a histogram is told in seconds, each bucket with all below it", () => {
  const histogram = emptyHistogram();
  // On a bound, between two, beyond the last, and before the start, as of two clocks.
  for (const ms of [1, 3, 20_000, -5]) measure(histogram, ms);
  const lines = prometheusText([
    { name: "h", help: "H.", type: "histogram", samples: [{ labels: { s: "1" }, value: histogram }] },
  ]).split("\n");
  expect(lines).toContain('h_bucket{s="1",le="0.001"} 2');
  expect(lines).toContain('h_bucket{s="1",le="0.002"} 2');
  expect(lines).toContain('h_bucket{s="1",le="0.005"} 3');
  expect(lines).toContain('h_bucket{s="1",le="10"} 3');
  expect(lines).toContain('h_bucket{s="1",le="+Inf"} 4');
  expect(lines).toContain('h_sum{s="1"} 20.004');
  expect(lines).toContain('h_count{s="1"} 4');
});
