import { createContext, createResource, type JSX, type Resource, untrack, useContext } from "solid-js";
import type { Me, Site } from "../../../protocol/management";
import type { Api } from "../api/api";

/** Who is signed in and the sites they may see; read once and kept. */
export interface Session {
  api: Api;
  me: Resource<Me>;
  sites: Resource<Site[]>;
  /** Puts a new or changed site into the list. */
  keepSite(site: Site): void;
  dropSite(id: string): void;
  /** Reads both anew: after signing in, or after a failure. */
  reload(): void;
  canManage(): boolean;
}

export const SessionContext = createContext<Session>();

/** Inside of this, `useSession` works. Reading starts at once; the two calls run side by side. */
export function SessionProvider(props: { api: Api; children: JSX.Element }) {
  const api = untrack(() => props.api);
  const [me, { refetch: readMe }] = createResource(() => api.me());
  const [sites, { refetch: readSites, mutate }] = createResource(() => api.sites());
  const session: Session = {
    api,
    me,
    sites,
    keepSite: (site) =>
      mutate((known = []) =>
        known.some(({ id }) => id === site.id)
          ? known.map((other) => (other.id === site.id ? site : other))
          : [...known, site],
      ),
    dropSite: (id) => mutate((known) => known?.filter((site) => site.id !== id)),
    reload: () => {
      void readMe();
      void readSites();
    },
    canManage: () => me.state === "ready" && (me().user.role === "owner" || me().user.role === "admin"),
  };
  return <SessionContext.Provider value={session}>{props.children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of SessionProvider");
  return session;
}
