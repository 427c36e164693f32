import type { Report } from "./findings.ts";
import { formatMarkdown } from "./table.ts";

const BEGIN = "<!-- figures: written by npm run bench -- --report FILE -->";
const END = "<!-- end of figures -->";

const TITLES: Record<string, string> = {
  ingest: "Ingest with a durable answer",
  leaves: "Ingest through leaves",
  watched: "Ingest while dashboards watch",
  latency: "From a beacon to a viewer's screen",
  sockets: "Many sockets on one object",
  streams: "Many streams through the Worker",
  slow: "Viewers that do not read",
  cost: "Rows written, bytes stored, price",
  size: "Bytes to load",
  page: "Main thread of a page",
};

/** The figures as Markdown: the machine, then a table for each part. */
export function formatReport({ machine, findings, failures }: Report): string {
  const { date, commit, cpu, cores, memory_gb, node, workerd, system } = machine;
  const about = [
    `Measured on ${date.slice(0, 10)} at commit ${commit}:`,
    `${cpu}, ${cores} cores, ${memory_gb} GB, ${system}, Node ${node}, workerd ${workerd}.`,
  ].join(" ");
  const parts = [...new Set(findings.map(({ row }) => row))].map(
    (row) => `### ${TITLES[row] ?? row}\n\n${formatMarkdown(findings.filter((finding) => finding.row === row))}`,
  );
  const failed = Object.entries(failures).map(
    ([row, why]) => `### ${TITLES[row] ?? row}\n\nCould not be measured: ${why}`,
  );
  return [about, ...parts, ...failed].join("\n\n");
}

/** The document with its figures replaced; throws when it has no place for them. */
export function replaceFigures(document: string, figures: string): string {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from < 0 || to < from) throw new Error(`There are no lines "${BEGIN}" and "${END}".`);
  return `${document.slice(0, from + BEGIN.length)}\n\n${figures}\n\n${document.slice(to)}`;
}
