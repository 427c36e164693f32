import type { Figure } from "./figures.ts";
import { type Finding, isReached, type Target } from "./findings.ts";

export const COLUMNS = ["what", "Footfall", "reference", "ratio", "target", "reached"] as const;

/** Three digits that count, four from a thousand on. */
export function formatNumber(value: number): string {
  const rounded = Number(value.toPrecision(Math.abs(value) >= 1_000 ? 4 : 3));
  return rounded.toLocaleString("en-GB", { maximumFractionDigits: 6 });
}

function formatFigure({ median, low, high, rounds }: Figure, unit = ""): string {
  const suffix = unit === "" ? "" : ` ${unit}`;
  const spread = rounds.length > 1 ? ` (${formatNumber(low)}–${formatNumber(high)})` : "";
  return formatNumber(median) + suffix + spread;
}

function formatTarget({ of, least, most }: Target): string {
  const parts = [
    ...(least === undefined ? [] : [`≥ ${formatNumber(least)}`]),
    ...(most === undefined ? [] : [`≤ ${formatNumber(most)}`]),
  ];
  return `${of === "ratio" ? "ratio " : ""}${parts.join(", ")}`;
}

/** The cells of a finding, in the order of `COLUMNS`. */
export function cellsOf(finding: Finding): string[] {
  const { what, unit, footfall, reference, ratio, target, against } = finding;
  const reached = isReached(finding);
  return [
    what,
    formatFigure(footfall, unit),
    reference ? formatFigure(reference, unit) : (against ?? ""),
    ratio ? formatFigure(ratio) : "",
    target ? formatTarget(target) : "",
    reached === null ? "" : reached ? "yes" : "no",
  ];
}

/** The findings as columns for a terminal. */
export function formatTable(findings: readonly Finding[]): string {
  const rows = [[...COLUMNS], ...findings.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(line)].join("\n");
}

/** The findings as a table in Markdown. */
export function formatMarkdown(findings: readonly Finding[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(COLUMNS), line(COLUMNS.map(() => "---")), ...findings.map((finding) => line(cellsOf(finding)))].join(
    "\n",
  );
}
