/** What an owner chooses. The script tag gives the same by `data-…` attributes. */
export interface Options {
  /** Public id of the site. Without it the collector goes by the domain. */
  site?: string;
  /** Address of the collector, without a path: `https://stats.example.com`. */
  api: string;
  /**
   * What is recorded, separated by spaces: `pageviews`, which is always there and means page views, their ends, custom
   * events, outbound links and downloads; and besides, when listed, `errors`, `vitals`, `forms`.
   */
  capture?: string;
  /**
   * `socket`: events go over a WebSocket, which also says that the visitor is here, and by beacon while there is none;
   * `beacon`, or nothing: by beacon alone.
   */
  live?: string;
  /** Count a change of the fragment as a change of the page. */
  hash?: true;
  /** Paths that are not counted: `/admin/*`, separated by commas or spaces. `*` stands for any characters. */
  exclude?: string;
  /** The only paths that are counted, written likewise. */
  include?: string;
  /** `ignore`: Do Not Track and Global Privacy Control change nothing. */
  dnt?: string;
  /** `persistent`: recognize a visitor for 30 days, once that visitor agreed. */
  identity?: string;
  /** `given`: the page asked for consent before it loaded the tracker. */
  consent?: string;
}
