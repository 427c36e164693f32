import type { Alert, AlertTry } from "../../protocol/alerts";
import { SIGNATURE_HEADER, signWebhook } from "./sign-webhook";

/** How long a webhook may take, milliseconds. */
const WEBHOOK_TIMEOUT = 5_000;

/** What a message needs beside the alert. */
export interface Subject {
  alert: Alert;
  site: { id: string; name: string };
  /** The installation's own address. */
  origin: string;
}

type Outcome = Pick<AlertTry, "ok" | "result" | "final">;

/** What a webhook is sent: one JSON object. */
function webhookBody({ alert, site }: Subject): string {
  const { id, rule_id, name, level, message, at, details } = alert;
  return JSON.stringify({ type: "alert", id, site, rule: { id: rule_id, name }, level, message, at, details });
}

export interface WebhookTarget {
  url: string;
  secret: string;
  /** Why this address is not called, or null. */
  refused: (url: string) => string | null;
}

/** Calls a webhook once. Any answer but 2xx is a failure, a redirect too: it could lead where nobody looked. */
export async function callWebhook(
  call: typeof fetch,
  { url, secret, refused }: WebhookTarget,
  subject: Subject,
  now: number,
): Promise<Outcome> {
  const wrong = refused(url);
  if (wrong !== null) return { ok: false, result: wrong, final: true };
  const body = webhookBody(subject);
  const headers = {
    "Content-Type": "application/json",
    "User-Agent": "Footfall",
    [SIGNATURE_HEADER]: await signWebhook(secret, body, now),
  };
  try {
    const signal = AbortSignal.timeout(WEBHOOK_TIMEOUT);
    const response = await call(url, { method: "POST", headers, body, redirect: "manual", signal });
    await response.body?.cancel();
    const redirected = response.status >= 300 && response.status < 400;
    const result = redirected ? `${response.status}: redirects are not followed` : String(response.status);
    return { ok: response.ok, result };
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    return { ok: false, result: late ? "No answer within 5 s" : "No connection" };
  }
}

/** What can send mail; null: this installation cannot. */
export interface Mailer {
  from: string;
  send(message: { from: string; to: string; subject: string; text: string }): Promise<unknown>;
}

/** Sends one e-mail. */
export async function sendEmail(mailer: Mailer | null, to: string, subject: Subject): Promise<Outcome> {
  if (!mailer) return { ok: false, result: "E-mail is not set up on this installation", final: true };
  const { alert, site, origin } = subject;
  const page = `${origin}/sites/${encodeURIComponent(site.id)}/alerts`;
  try {
    await mailer.send({
      from: mailer.from,
      to,
      subject: `[${alert.level}] ${site.name}: ${alert.name}`,
      text: `${alert.message}\n\n${site.name}, ${alert.at}\n${page}\n`,
    });
    return { ok: true, result: "sent" };
  } catch (error) {
    // Its code says what is to be mended; its text may repeat the address.
    const code = error instanceof Error && "code" in error ? String(error.code).slice(0, 60) : "";
    return { ok: false, result: code === "" ? "The mail service refused it" : `The mail service refused it: ${code}` };
  }
}
