import "./copy-box.css";
import { createSignal, onCleanup } from "solid-js";
import { Icon } from "./Icon";

/** A text to take along, with a button that copies it. */
export function CopyBox(props: { text: string; label: string }) {
  const [copied, setCopied] = createSignal(false);
  let code: HTMLElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(props.text);
    } catch {
      // Without a secure origin there is no clipboard: the text is selected instead, ready for the keyboard.
      if (code) getSelection()?.selectAllChildren(code);
      return;
    }
    setCopied(true);
    clearTimeout(timer);
    timer = setTimeout(() => setCopied(false), 2_000);
  }

  return (
    <div class="copy-box">
      <pre>
        <code ref={code}>{props.text}</code>
      </pre>
      <button type="button" class="button quiet" onClick={() => void copy()} aria-label={`Copy the ${props.label}`}>
        <Icon name={copied() ? "check" : "copy"} />
        <span aria-live="polite">{copied() ? "Copied" : "Copy"}</span>
      </button>
    </div>
  );
}
