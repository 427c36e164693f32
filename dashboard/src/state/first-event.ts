/** Sites that need no check for their first event any more: it came, or the reader wants to see the live page anyway. */
const settled = new Set<string>();

export const isSettled = (siteId: string): boolean => settled.has(siteId);
export const settle = (siteId: string): void => {
  settled.add(siteId);
};
