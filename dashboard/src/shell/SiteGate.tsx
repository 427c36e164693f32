import { useParams } from "@solidjs/router";
import { type Accessor, type Component, createContext, createEffect, type JSX, Show, useContext } from "solid-js";
import type { Site } from "../../../protocol/management";
import { useSession } from "../state/session";
import { store } from "../state/stored";
import { NotFound } from "./NotFound";

const SiteContext = createContext<Accessor<Site>>();

/** The site of the address, inside of `SiteGate`. */
export function useSite(): Accessor<Site> {
  const site = useContext(SiteContext);
  if (!site) throw new Error("useSite outside of SiteGate");
  return site;
}

/** A page of a site as a route: it gets the site of the address. */
export function withSite(Page: Component<{ site: Site }>): Component {
  return () => {
    const site = useSite();
    return <Page site={site()} />;
  };
}

/** Shows its pages once the site of the address is known; another site begins them anew. */
export function SiteGate(props: { children?: JSX.Element }) {
  const { sites } = useSession();
  const params = useParams<{ site: string }>();
  const site = () => sites()?.find(({ id }) => id === params.site);
  createEffect(() => {
    const found = site();
    if (found) store("site", found.id);
  });
  return (
    <Show when={sites()}>
      <Show when={site()?.id} keyed fallback={<NotFound what="There is no such site." />}>
        {(id) => {
          let last = site();
          // Between a deletion and the way to another page the last state holds.
          const known = () => {
            const found = site();
            if (found?.id === id) last = found;
            if (!last) throw new Error("A site is shown that was never known.");
            return last;
          };
          return <SiteContext.Provider value={known}>{props.children}</SiteContext.Provider>;
        }}
      </Show>
    </Show>
  );
}
