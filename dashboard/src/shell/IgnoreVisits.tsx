import { createResource, createSignal, Show } from "solid-js";
import type { Site } from "../../../protocol/management";
import { useSession } from "../state/session";
import { failureText } from "../ui/Failure";
import { Switch } from "../ui/Switch";

/** Leaves visits from this address out of one site. */
export default function IgnoreVisits(props: { site: Site }) {
  const { api } = useSession();
  const [own, { mutate }] = createResource(
    () => props.site.id,
    (id) => api.ownAddress(id),
  );
  const [failure, setFailure] = createSignal<unknown>();
  const known = () => (own.state === "ready" ? own() : undefined);

  async function change(ignore: boolean): Promise<void> {
    setFailure(undefined);
    try {
      mutate(await api.ignoreOwnVisits(props.site.id, ignore));
    } catch (error) {
      setFailure(error);
      // Puts the switch back to what holds.
      mutate((before) => before && { ...before });
    }
  }

  return (
    <div class="ignore-visits">
      <Switch
        label="Ignore my visits"
        checked={known()?.ignored ?? false}
        disabled={!known()}
        hint={
          <Show when={known()} fallback={own.error ? failureText(own.error) : "Asking for your address …"}>
            {(now) => (
              <>
                {now().ignored ? "Not counted" : "Counted"} on {props.site.name}: visits from {now().address}
              </>
            )}
          </Show>
        }
        onChange={(ignore) => void change(ignore)}
      />
      <Show when={failure()}>{(error) => <p class="field-error">{failureText(error())}</p>}</Show>
    </div>
  );
}
