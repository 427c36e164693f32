/** Widths of Arial at 11 px, about; another font is stretched to what was reckoned with. */
const [NARROW, WIDE, OTHER] = [3, 8, 6];
const PADDING = 8;

/** A badge as SVG: what is counted, and how many; null where there is no counter. Only numbers are put in. */
export function badge(visitors: number | null): string {
  const label = "visitors now";
  const value = visitors === null ? "no counter" : visitors.toLocaleString("en");
  const [left, right] = [widthOf(label), widthOf(value)];
  const colour = visitors === null ? "#6b7280" : "#0f766e";
  const text = (x: number, width: number, content: string) =>
    `<text x="${x + width / 2}" y="14" textLength="${width - 2 * PADDING}">${content}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label}: ${value}">
<title>${label}: ${value}</title>
<clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><path fill="#374151" d="M0 0h${left}v20H0z"/><path fill="${colour}" d="M${left} 0h${right}v20H${left}z"/></g>
<g fill="#fff" text-anchor="middle" font-family="Arial,Helvetica,sans-serif" font-size="11">${text(0, left, label)}${text(left, right, value)}</g>
</svg>
`;
}

function widthOf(text: string): number {
  const widths = [...text].map((letter) => (/[ ,irt]/.test(letter) ? NARROW : letter === "w" ? WIDE : OTHER));
  return widths.reduce((sum, width) => sum + width, 2 * PADDING);
}
