import "./sign-in.css";
import { useNavigate, useSearchParams } from "@solidjs/router";
import { createSignal, Match, onMount, Switch } from "solid-js";
import type { Api } from "../../api/api";
import type { HashToken } from "../../state/hash-token";
import { safePath } from "../../state/safe-path";
import { failureText } from "../../ui/Failure";
import { Mark } from "../../ui/Mark";
import { SetupForm } from "./SetupForm";
import { SignInForm } from "./SignInForm";

type Stage = "link" | "sign_in" | "set_up";

/** A one-time link is used once per page load, also when the reader comes back here later. */
let used: string | undefined;

/** The way in: by link, by password, or as the first owner. */
export default function SignInPage(props: { api: Api; token: HashToken | null }) {
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const [stage, setStage] = createSignal<Stage>("sign_in");
  const [linkFailure, setLinkFailure] = createSignal<string>();
  const [setupToken, setSetupToken] = createSignal("");
  const enter = () => navigate(safePath(query["to"]), { replace: true });

  onMount(async () => {
    document.title = "Sign in · footfall";
    const { token } = props;
    if (token && token.token !== used) {
      used = token.token;
      if (token.kind === "setup") {
        setSetupToken(token.token);
        setStage("set_up");
        return;
      }
      setStage("link");
      try {
        await props.api.link(token.token);
        enter();
        return;
      } catch (error) {
        setLinkFailure(failureText(error));
        setStage("sign_in");
      }
    }
    try {
      const { needed } = await props.api.setupState();
      if (needed) setStage("set_up");
    } catch {
      // The form's own call says what is wrong.
    }
  });

  return (
    <main class="entrance">
      <div class="entrance-box">
        <p class="entrance-brand">
          <Mark size={22} />
          footfall
        </p>
        <Switch>
          <Match when={stage() === "link"}>
            <p role="status">Signing you in by the link …</p>
          </Match>
          <Match when={stage() === "sign_in"}>
            <SignInForm api={props.api} problem={linkFailure()} onDone={enter} />
          </Match>
          <Match when={stage() === "set_up"}>
            <SetupForm api={props.api} token={setupToken()} onDone={() => navigate("/sites/new", { replace: true })} />
          </Match>
        </Switch>
      </div>
    </main>
  );
}
