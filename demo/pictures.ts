import { PRODUCTS, type Product } from "./products.ts";

/** One for each product, in their order. */
const MOTIFS: readonly string[] = [
  '<circle cx="60" cy="92" r="16"/><path d="M60 68v-8M60 124v-8M36 92h-8M92 92h-8M43 75l-6-6M77 75l6-6M43 109l-6 6M77 109l6 6" stroke="currentColor" stroke-width="3" stroke-linecap="round"/>',
  '<path d="M30 84q10-9 20 0t20 0 20 0M30 97q10-9 20 0t20 0 20 0M30 110q10-9 20 0t20 0 20 0" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round"/>',
  '<path d="M48 76h24l6 36H42zM54 66h12v8H54zM46 114h28v6H46z"/>',
  '<path d="M32 102h56l-8 16H42zM44 86h32v14H44zM54 72h8v12h-8z"/>',
  '<path d="M60 70a20 20 0 1 1-14 34M60 78a12 12 0 1 1-8 20" fill="none" stroke="currentColor" stroke-width="5" stroke-linecap="round"/>',
  '<path d="M72 74a24 24 0 1 0 8 34 19 19 0 0 1-8-34z"/>',
  '<path d="M28 90q16-14 32 4 16-18 32-4-18-3-32 16-14-19-32-16z"/>',
];

/** A bag of coffee with the product's colours and motif. */
export function bag(product: Product): string {
  const { name, bag: colour, motif } = product;
  return `<svg class="bag" viewBox="0 0 120 160" role="img" aria-label="A bag of ${name.replace("&", "&amp;")}">
<path d="M22 22h76l4 122a8 8 0 0 1-8 8H26a8 8 0 0 1-8-8z" fill="${colour}"/>
<path d="M22 22h76l1 16H21z" fill="#000" opacity=".18"/>
<path d="M84 38h15l3 106a8 8 0 0 1-8 8h-8z" fill="#000" opacity=".08"/>
<g fill="${motif}" color="${motif}">${MOTIFS[PRODUCTS.indexOf(product) % MOTIFS.length]}</g>
<path d="M40 136h40" stroke="${motif}" stroke-width="3" stroke-linecap="round" opacity=".7"/>
</svg>`;
}

/** The harbour in the morning: sun, hills, lighthouse, boat, water. */
export const harbour = `<svg class="harbour" viewBox="0 0 720 420" preserveAspectRatio="xMidYMax slice" role="img" aria-label="A harbour in the morning">
<rect width="720" height="420" fill="var(--sky)"/>
<circle cx="470" cy="248" r="54" fill="var(--sun)"/>
<path d="M0 286q90-40 190-20t170 2 150 8 210-44v90H0z" fill="var(--hill)"/>
<rect y="290" width="720" height="130" fill="var(--sea)"/>
<path d="M416 306h108M430 320h80M444 334h52" stroke="var(--sun)" stroke-width="4" stroke-linecap="round" opacity=".6"/>
<g transform="translate(159 86) scale(.75)"><path d="M560 276l200-8v40H548z" fill="var(--stone)"/>
<path d="M620 140h34l10 134h-54z" fill="var(--tower)"/><path d="M617 180h40l2 28h-44zM612 236h50l2 28h-54z" fill="var(--band)"/>
<path d="M618 118h38v22h-38z" fill="var(--sun)"/><path d="M612 118l25-22 25 22zM612 138h50v6h-50z" fill="var(--band)"/></g>
<g transform="translate(236 172) scale(.55)"><g class="boat"><path d="M120 312h170l-26 40H148z" fill="var(--band)"/><path d="M120 312h170l-4 8H126z" fill="var(--tower)"/>
<path d="M206 178v134" stroke="var(--stone)" stroke-width="5"/><path d="M212 184v120h76z" fill="var(--tower)"/><path d="M200 204v100h-58z" fill="var(--tower)" opacity=".8"/></g></g>
<g fill="none" stroke="var(--foam)" stroke-width="3" stroke-linecap="round" opacity=".5"><path d="M60 384q10-8 20 0t20 0 20 0M350 396q10-8 20 0t20 0 20 0M560 376q10-8 20 0t20 0 20 0M190 350q10-8 20 0t20 0 20 0"/></g>
<path d="M540 186q8-8 15 0 7-8 15 0M580 206q6-6 11 0 5-6 11 0" fill="none" stroke="var(--stone)" stroke-width="3" stroke-linecap="round"/>
</svg>`;

export const mark = `<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><path d="M5 12h18v8a8 8 0 0 1-8 8h-2a8 8 0 0 1-8-8z" fill="currentColor"/><path d="M23 14h2a4 4 0 0 1 0 8h-2" fill="none" stroke="currentColor" stroke-width="2.5"/><path d="M9 8q2.500-2.500 0-5M14 8q2.500-2.500 0-5M19 8q2.500-2.500 0-5" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>`;
