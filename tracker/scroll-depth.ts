/** Percent of the page above the lower edge of the window; 0 for a page without height. */
export const scrollDepth = (scrolled: number, windowHeight: number, pageHeight: number): number =>
  Math.min(100, (((scrolled + windowHeight) / pageHeight) * 100 + 0.5) | 0);
