import { useNavigate } from "@solidjs/router";
import { useSession } from "../../state/session";
import { SiteForm } from "./SiteForm";
import { emptySite } from "./site-values";
import "./sites.css";

/** Adds a site and leads to its set-up. */
export default function NewSitePage() {
  const { api, keepSite } = useSession();
  const navigate = useNavigate();
  return (
    <div class="page narrow">
      <header class="page-head">
        <h1>Add a site</h1>
      </header>
      <SiteForm
        site={emptySite(Intl.DateTimeFormat().resolvedOptions().timeZone)}
        short
        action="Add the site"
        onSend={async (input) => {
          const site = await api.addSite(input);
          keepSite(site);
          navigate(`/sites/${encodeURIComponent(site.id)}/setup`);
        }}
      />
    </div>
  );
}
