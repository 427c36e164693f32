import type { JSX } from "solid-js";

/** What a page is and, beside it, of which site. */
export function PageTitle(props: { site: string; children: JSX.Element }) {
  return (
    <h1 class="page-title">
      {props.children} <PageSite name={props.site} />
    </h1>
  );
}

/** The site that a page is about. Phones have its name above every page. */
export const PageSite = (props: { name: string }) => (
  <span class="page-site" title={props.name}>
    {props.name}
  </span>
);
