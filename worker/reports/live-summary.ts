import type { LiveNumbers } from "../../protocol/live";

/** The summary of the analytics routes: sessions not ended, page views today, visitors now by page. */
export function summaryOf(picture: Pick<LiveNumbers, "active" | "pages"> & { today: { page_views: number } }) {
  return {
    total_active: picture.active,
    total_today: picture.today.page_views,
    pages_visited: Object.fromEntries(picture.pages.map(({ value, visitors }) => [value, visitors])),
  };
}
