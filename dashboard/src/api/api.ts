import type { AlertInput, AlertPatch } from "../../../protocol/alerts";
import type { KeyInput, LoginRequest, SetupRequest, SiteInput, SitePatch } from "../../../protocol/management";
import { readAlertPage, readAlertRule, readAlertRules } from "./alert-shapes";
import { readAuditPage } from "./audit-shapes";
import { type Fields, list, type Read } from "./read";
import type { Request } from "./request";
import { readGroup, readKey, readMe, readOwnAddress, readSetupState, readSite, readStats } from "./shapes";

/** What may be left out of a new site and is set by default. */
export type NewSite = Pick<SiteInput, "name" | "domains"> & Partial<SiteInput>;

const data =
  <T>(read: Read<T>) =>
  (body: Fields): T =>
    read(body["data"]);
const nothing = () => undefined;
const alert = (id: string) => `/api/alerts/${encodeURIComponent(id)}`;
const site = (id: string) => `/api/sites/${encodeURIComponent(id)}`;

/** Every call of the dashboard besides the live stream. All throw `ApiError`. */
export function createApi(request: Request) {
  return {
    me: () => request("GET", "/api/auth/me", data(readMe)),
    login: (body: LoginRequest) => request("POST", "/api/auth/login", nothing, { body }),
    /** Exchanges a one-time sign-in token for a session. */
    link: (token: string) => request("POST", "/api/auth/link", nothing, { body: { token } }),
    logout: () => request("POST", "/api/auth/logout", nothing),
    setupState: () => request("GET", "/api/setup", data(readSetupState)),
    setup: (body: SetupRequest) => request("POST", "/api/setup", nothing, { body }),

    sites: () => request("GET", "/api/sites", data(list(readSite))),
    addSite: (body: NewSite) => request("POST", "/api/sites", data(readSite), { body }),
    changeSite: (id: string, body: SitePatch) => request("PATCH", site(id), data(readSite), { body }),
    deleteSite: (id: string) => request("DELETE", site(id), nothing),
    ownAddress: (id: string) => request("GET", `${site(id)}/own-address`, data(readOwnAddress)),
    ignoreOwnVisits: (id: string, ignore: boolean) =>
      request(ignore ? "POST" : "DELETE", `${site(id)}/own-address`, data(readOwnAddress)),

    groups: () => request("GET", "/api/groups", data(list(readGroup))),

    keys: () => request("GET", "/api/keys", data(list(readKey))),
    addKey: (body: KeyInput) => request("POST", "/api/keys", data(readKey), { body }),
    revokeKey: (id: string) => request("DELETE", `/api/keys/${encodeURIComponent(id)}`, nothing),

    alertRules: (id: string) => request("GET", `/api/alerts?site=${encodeURIComponent(id)}`, readAlertRules),
    addAlertRule: (body: AlertInput) => request("POST", "/api/alerts", data(readAlertRule), { body }),
    changeAlertRule: (id: string, body: AlertPatch) => request("PATCH", alert(id), data(readAlertRule), { body }),
    deleteAlertRule: (id: string) => request("DELETE", alert(id), nothing),
    alertLog: (id: string, cursor?: string) =>
      request("GET", `/api/alerts/log?${new URLSearchParams({ site: id, ...(cursor && { cursor }) })}`, readAlertPage),

    /** Of one site, or of all. */
    audit: (id: string | null, before?: string) =>
      request(
        "GET",
        `/api/audit?${new URLSearchParams({ ...(id && { site: id }), ...(before && { before }) })}`,
        readAuditPage,
      ),

    /** `read` gets the whole body; see parsePoll of the live client. */
    detailed: <T>(id: string, read: (body: Fields) => T, signal?: AbortSignal) =>
      request("GET", `/api/analytics/detailed?site=${encodeURIComponent(id)}`, read, signal ? { signal } : {}),
    /** `read` gets the whole body; see read-status.ts of the page. */
    status: <T>(id: string, read: (body: Fields) => T) =>
      request("GET", `/api/status?site=${encodeURIComponent(id)}`, read),
    stats: (kind: "aggregate" | "timeseries" | "breakdown", query: Record<string, string>) =>
      request("GET", `/api/v1/stats/${kind}?${new URLSearchParams(query)}`, readStats),
  };
}

export type Api = ReturnType<typeof createApi>;
