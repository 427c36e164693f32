import "./alerts.css";
import { createResource, createSignal, For, Show } from "solid-js";
import type { AlertRuleReply } from "../../../../protocol/alerts";
import type { Site } from "../../../../protocol/management";
import { useSession } from "../../state/session";
import { Failure } from "../../ui/Failure";
import { Icon } from "../../ui/Icon";
import { PageTitle } from "../../ui/PageTitle";
import { History } from "./History";
import { RuleForm, type RuleFormProps } from "./RuleForm";
import { RuleRow } from "./RuleRow";

/** A rule that was just deleted, so that it can be brought back. */
type Deleted = AlertRuleReply;

/** Rules over a site's live numbers, and what they raised. */
export default function AlertsPage(props: { site: Site }) {
  const { api, me, canManage } = useSession();
  const [setup, { mutate, refetch }] = createResource(
    () => props.site.id,
    (id) => api.alertRules(id),
  );
  /** What the form is open for. */
  const [editing, setEditing] = createSignal<{ rule: RuleFormProps["rule"] }>();
  const [deleted, setDeleted] = createSignal<Deleted>();
  const [failure, setFailure] = createSignal<unknown>();
  const [busy, setBusy] = createSignal(false);
  // Asked by its state: a resource that is read before it has anything would take the whole page away.
  const known = () => (setup.state === "ready" || setup.state === "refreshing" ? setup.latest : undefined);
  const rules = () => known()?.rules ?? [];
  let opener: HTMLElement | null = null;

  function open(rule: RuleFormProps["rule"]): void {
    opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setEditing({ rule });
  }
  function close(): void {
    setEditing(undefined);
    // The row may have been drawn anew.
    if (opener?.isConnected) opener.focus();
  }

  async function act(work: () => Promise<unknown>): Promise<void> {
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  const put = (rule: AlertRuleReply) =>
    mutate((all) => {
      if (!all) return all;
      const had = all.rules.some(({ id }) => id === rule.id);
      return { ...all, rules: had ? all.rules.map((one) => (one.id === rule.id ? rule : one)) : [...all.rules, rule] };
    });

  /** A rule for more visitors takes the place of the one that is built in, so that one is read anew. */
  async function add(input: Parameters<typeof api.addAlertRule>[0]): Promise<void> {
    put(await api.addAlertRule(input));
    await refetch();
  }

  const pause = (rule: AlertRuleReply) =>
    act(async () => put(await api.changeAlertRule(rule.id, { enabled: !rule.enabled })));

  const remove = (rule: AlertRuleReply) =>
    act(async () => {
      await api.deleteAlertRule(rule.id);
      mutate((all) => all && { ...all, rules: all.rules.filter(({ id }) => id !== rule.id) });
      setDeleted(rule);
      close();
      await refetch();
    });

  function bringBack(rule: Deleted) {
    const { id: _, created_at: __, webhook_secret: ___, ...input } = rule;
    return act(async () => {
      await add(input);
      setDeleted(undefined);
    });
  }

  return (
    <div class="page alerts">
      <header class="page-head">
        <PageTitle site={props.site.name}>Alerts</PageTitle>
        <Show when={canManage()}>
          <button type="button" class="button" disabled={!known()} onClick={() => open(null)}>
            <Icon name="plus" /> New rule
          </button>
        </Show>
      </header>
      <Show when={editing()} keyed>
        {({ rule }) => (
          <section class="rule-edit" aria-label={rule && "id" in rule ? `Change ${rule.name}` : "New rule"}>
            <h2>{rule && "id" in rule ? "Change the rule" : "New rule"}</h2>
            <RuleForm
              rule={rule}
              emailReady={known()?.email_ready ?? false}
              onClose={close}
              {...(rule && "id" in rule ? { onDelete: () => void remove(rule) } : {})}
              onSend={async (input) => {
                if (rule && "id" in rule) put(await api.changeAlertRule(rule.id, input));
                else await add({ ...input, site: props.site.id, enabled: true });
                close();
              }}
            />
          </section>
        )}
      </Show>
      <section class="alerts-part">
        <h2>Rules</h2>
        <Show when={me.state === "ready" && !canManage()}>
          <p class="notice">Only admins and owners change rules.</p>
        </Show>
        <Show when={failure()}>{(error) => <Failure error={error()} />}</Show>
        <Show when={!setup.error} fallback={<Failure error={setup.error} onRetry={() => void refetch()} />}>
          <ul class="row-list" aria-busy={setup.loading}>
            <For each={known() ? rules() : []}>
              {(rule) => (
                <RuleRow
                  rule={rule}
                  canManage={canManage()}
                  busy={busy()}
                  onEdit={() => open(rule)}
                  onPause={() => void pause(rule)}
                />
              )}
            </For>
            <Show when={known()?.default_rule}>
              {(rule) => (
                <RuleRow
                  rule={rule()}
                  canManage={canManage()}
                  busy={busy()}
                  onEdit={() => open(rule())}
                  onPause={() =>
                    void act(() =>
                      add({ ...rule(), site: props.site.id, webhook_url: null, email: null, enabled: false }),
                    )
                  }
                />
              )}
            </Show>
            <Show when={!known()}>
              <li class="rule-row">{"\u00a0"}</li>
            </Show>
          </ul>
          <Show when={known() && rules().length === 0 && !known()?.default_rule}>
            <p class="log-none">No rules: nothing is raised.</p>
          </Show>
        </Show>
        <Show when={deleted()}>
          {(rule) => (
            <p class="notice" role="status">
              <span>
                <b>{rule().name}</b> is deleted.
              </span>
              <button type="button" class="button quiet small" disabled={busy()} onClick={() => void bringBack(rule())}>
                Undo
              </button>
            </p>
          )}
        </Show>
      </section>
      {/* Not before the rules above it, which would push it down. */}
      <section class="alerts-part" hidden={!known() && !setup.error}>
        <h2>History</h2>
        <Show when={props.site.id} keyed>
          {(id) => <History read={(cursor) => api.alertLog(id, cursor)} timeZone={props.site.time_zone} />}
        </Show>
      </section>
    </div>
  );
}
