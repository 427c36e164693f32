import "./sites.css";
import { useNavigate } from "@solidjs/router";
import { createSignal, Show, untrack } from "solid-js";
import type { Site } from "../../../../protocol/management";
import { useSession } from "../../state/session";
import { CopyBox } from "../../ui/CopyBox";
import { createSubmit } from "../../ui/create-submit";
import { Field } from "../../ui/Field";
import { counterSnippetOf, snippetOf } from "../../ui/format";
import { PageTitle } from "../../ui/PageTitle";
import { SiteForm } from "./SiteForm";
import { changesOf } from "./site-values";

/** What can be changed about a site. */
export default function SettingsPage(props: { site: Site }) {
  const { api, keepSite, canManage } = useSession();
  // What the form began with: the site itself may be changed beside it, by the switch for own visits.
  let opened = untrack(() => ({ ...props.site }));
  const path = () => `/sites/${encodeURIComponent(props.site.id)}`;
  return (
    <div class="page narrow">
      <header class="page-head">
        <PageTitle site={props.site.name}>Settings</PageTitle>
        <div>
          <Show when={canManage()}>
            <a class="button quiet" href={`/audit?${new URLSearchParams({ site: props.site.id })}`}>
              Audit log
            </a>
          </Show>
          <a class="button quiet" href={`${path()}/status`}>
            Status
          </a>
        </div>
      </header>
      <section class="part">
        <h2>Snippet</h2>
        <p class="lead">
          Goes into every page, before <code>&lt;/head&gt;</code>. <a href={`${path()}/setup`}>Guides and check</a>
        </p>
        <CopyBox text={snippetOf(location.origin, props.site.id)} label="snippet" />
      </section>
      <section class="part">
        <Show when={!canManage()}>
          <p class="notice">Only admins and owners change this.</p>
        </Show>
        <SiteForm
          site={props.site}
          action="Save"
          disabled={!canManage()}
          counter={
            <Show when={props.site.public_counter}>
              <div class="part">
                <p class="lead">Goes where the page shows how many are here:</p>
                <CopyBox text={counterSnippetOf(location.origin, props.site.id)} label="counter" />
              </div>
            </Show>
          }
          onSend={async (input) => {
            keepSite(await api.changeSite(props.site.id, changesOf(opened, input)));
            opened = { ...opened, ...input };
          }}
        />
      </section>
      <Show when={canManage()}>
        <section class="part">
          <h2>Delete the site</h2>
          <p class="lead">It stops counting, and its history is no longer shown. There is no way back from here.</p>
          <DeleteSite site={props.site} />
        </section>
      </Show>
    </div>
  );
}

function DeleteSite(props: { site: Site }) {
  const { api, dropSite } = useSession();
  const navigate = useNavigate();
  const [typed, setTyped] = createSignal("");
  let dialog: HTMLDialogElement | undefined;
  const form = createSubmit(async () => {
    const { id } = props.site;
    await api.deleteSite(id);
    navigate("/sites");
    dropSite(id);
  });
  return (
    <>
      <button type="button" class="button danger" onClick={() => dialog?.showModal()}>
        Delete {props.site.name} …
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="delete-title" closedby="any" onClose={() => setTyped("")}>
        <form onSubmit={form.submit}>
          <h2 id="delete-title">Delete {props.site.name}?</h2>
          <Field label={`Type “${props.site.name}” to confirm`} name="confirm" error={form.problem()}>
            {(control) => (
              <input
                {...control}
                class="input"
                autocomplete="off"
                value={typed()}
                onInput={(event) => setTyped(event.currentTarget.value)}
              />
            )}
          </Field>
          <div class="dialog-actions">
            <button type="button" class="button quiet" onClick={() => dialog?.close()}>
              Keep it
            </button>
            <button type="submit" class="button danger" disabled={typed().trim() !== props.site.name || form.busy()}>
              Delete the site
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
