import { Navigate, Route, Router, useNavigate } from "@solidjs/router";
import { ErrorBoundary, type JSX, Show, Suspense } from "solid-js";
import { createApi } from "./api/api";
import { createRequest } from "./api/request";
import { LivePage, LiveRoute } from "./shell/LiveRoute";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";
import { SiteGate, withSite } from "./shell/SiteGate";
import type { HashToken } from "./state/hash-token";
import { part } from "./state/part";
import { SessionProvider, useSession } from "./state/session";
import { Failure } from "./ui/Failure";

const SignInPage = part(() => import("./pages/sign-in/SignInPage"));
const OrgPage = part(() => import("./pages/org/OrgPage"));
const OverviewPage = part(() => import("./pages/overview/OverviewPage"));
const AlertsPage = part(() => import("./pages/alerts/AlertsPage"));
const SetupPage = part(() => import("./pages/setup/SetupPage"));
const SitesPage = part(() => import("./pages/sites/SitesPage"));
const NewSitePage = part(() => import("./pages/sites/NewSitePage"));
const SettingsPage = part(() => import("./pages/sites/SettingsPage"));
const StatusPage = part(() => import("./pages/status/StatusPage"));
const AuditPage = part(() => import("./pages/audit/AuditPage"));
const KeysPage = part(() => import("./pages/keys/KeysPage"));

// The page most visits begin with is fetched beside the first calls instead of after them.
// Where that fails, the page itself tells.
if (/^\/(sites\/[^/]+\/live)?$/.test(location.pathname)) LivePage.preload().catch(() => {});

/** The whole dashboard. `token` came with the link that opened it. */
export function App(props: { token: HashToken | null }) {
  return (
    <Router>
      <Route
        path="/sign-in"
        component={() => (
          <ErrorBoundary fallback={(error, reset) => <Failure error={error} onRetry={reset} />}>
            <Suspense>
              <SignInPage api={createApi(createRequest(fetch, () => {}))} token={props.token} />
            </Suspense>
          </ErrorBoundary>
        )}
      />
      <Route component={Inside}>
        <Route path="/" component={Home} />
        <Route path="/live" component={OrgPage} />
        <Route path="/sites" component={SitesPage} />
        <Route path="/sites/new" component={NewSitePage} />
        <Route path="/sites/:site" component={SiteGate}>
          <Route
            path="/"
            component={withSite((props) => <Navigate href={`/sites/${encodeURIComponent(props.site.id)}/live`} />)}
          />
          <Route path="/live" component={LiveRoute} />
          <Route path="/overview" component={withSite(OverviewPage)} />
          <Route path="/alerts" component={withSite(AlertsPage)} />
          <Route path="/setup" component={withSite(SetupPage)} />
          <Route path="/settings" component={withSite(SettingsPage)} />
          <Route path="/status" component={withSite(StatusPage)} />
        </Route>
        <Route path="/keys" component={KeysPage} />
        <Route path="/audit" component={AuditPage} />
        <Route path="*" component={NotFound} />
      </Route>
    </Router>
  );
}

/** What only members see; without a session it leads to the sign-in page and back. */
function Inside(props: { children?: JSX.Element }) {
  const navigate = useNavigate();
  const signedOut = () => {
    // Several calls can find out at once; the first has left already.
    if (location.pathname === "/sign-in") return;
    const to = location.pathname + location.search;
    navigate(`/sign-in?to=${encodeURIComponent(to)}`, { replace: true });
  };
  return (
    <SessionProvider api={createApi(createRequest(fetch, signedOut))}>
      <Shell>{props.children}</Shell>
    </SessionProvider>
  );
}

/** Leads to all sites where there are several, else to the only one, else to adding one. */
function Home() {
  const { sites } = useSession();
  const target = () => {
    const known = sites() ?? [];
    const [site] = known;
    if (known.length > 1) return "/live";
    return site ? `/sites/${encodeURIComponent(site.id)}/live` : "/sites/new";
  };
  return (
    <Show when={sites()}>
      <Navigate href={target()} />
    </Show>
  );
}
