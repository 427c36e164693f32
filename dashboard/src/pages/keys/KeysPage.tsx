import "./keys.css";
import { createResource, createSignal, For, Show } from "solid-js";
import type { ApiKey } from "../../../../protocol/management";
import { useSession } from "../../state/session";
import { CopyBox } from "../../ui/CopyBox";
import { Failure } from "../../ui/Failure";
import { isoDay } from "../../ui/format";
import { KeyForm } from "./KeyForm";

/** Keys for programs: who may send, read, or manage without signing in. */
export default function KeysPage() {
  const { api, me, sites, canManage } = useSession();
  const [keys, { mutate, refetch }] = createResource(
    () => canManage(),
    () => api.keys(),
  );
  const [made, setMade] = createSignal<ApiKey>();
  const [failure, setFailure] = createSignal<unknown>();
  const known = () => (keys.state === "ready" ? keys() : []);
  const siteName = (id: string | null) =>
    id === null ? "all sites" : (sites()?.find((site) => site.id === id)?.name ?? id);

  async function revoke(key: ApiKey): Promise<void> {
    setFailure(undefined);
    try {
      await api.revokeKey(key.id);
      mutate((all) => all?.filter(({ id }) => id !== key.id));
      if (made()?.id === key.id) setMade(undefined);
    } catch (error) {
      setFailure(error);
    }
  }

  return (
    <div class="page keys">
      <header class="page-head">
        <div>
          <h1>Keys</h1>
        </div>
      </header>
      <p class="lead">
        A program sends a key as <code>Authorization: Bearer ff_…</code>
      </p>
      <Show when={made()}>
        {(key) => (
          <section class="new-key" role="status">
            <p>
              <b>{key().name}</b> is made. Copy the key now: it is not shown again.
            </p>
            <CopyBox text={key().token ?? ""} label="key" />
          </section>
        )}
      </Show>
      <Show when={failure()}>{(error) => <Failure error={error()} />}</Show>
      <Show when={me.state === "ready" && !canManage()}>
        <p class="notice">Only admins and owners see and make keys.</p>
      </Show>
      <Show when={!keys.error} fallback={<Failure error={keys.error} onRetry={() => void refetch()} />}>
        <ul class="row-list" aria-busy={keys.loading}>
          <For
            each={known()}
            fallback={<li class="key-row none">{keys.state === "ready" ? "No keys yet." : "\u00a0"}</li>}
          >
            {(key) => (
              <li class="key-row">
                <b>{key.name}</b>
                <span>{key.scopes.join(", ")}</span>
                <span>{siteName(key.site_id)}</span>
                <span class="num">{key.last_used_at ? `used ${isoDay(key.last_used_at)}` : "never used"}</span>
                <Show when={canManage()}>
                  <Revoke name={key.name} onRevoke={() => revoke(key)} />
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={canManage()}>
        <section class="add-key">
          <h2>New key</h2>
          <KeyForm
            sites={sites() ?? []}
            onSend={async (input) => {
              const key = await api.addKey(input);
              const { token: _, ...listed } = key;
              mutate((all = []) => [...all, listed]);
              setMade(key);
            }}
          />
        </section>
      </Show>
    </div>
  );
}

/** Asks in its own place: a revoked key cannot be brought back, for only its hash is known. */
function Revoke(props: { name: string; onRevoke: () => Promise<void> }) {
  const [asking, setAsking] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  async function revoke(): Promise<void> {
    setBusy(true);
    await props.onRevoke();
    setBusy(false);
    setAsking(false);
  }
  return (
    <span class="revoke">
      <Show
        when={asking()}
        fallback={
          <button
            type="button"
            class="button quiet small"
            aria-label={`Revoke ${props.name}`}
            onClick={() => setAsking(true)}
          >
            Revoke
          </button>
        }
      >
        <button type="button" class="button quiet small" onClick={() => setAsking(false)}>
          Keep
        </button>
        <button
          ref={(button) => queueMicrotask(() => button.focus())}
          type="button"
          class="button danger small"
          disabled={busy()}
          onClick={() => void revoke()}
        >
          Revoke for ever
        </button>
      </Show>
    </span>
  );
}
