import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { Alert, AlertTry } from "../../protocol/alerts";
import { addToLog } from "../store/alert-log";
import { randomId } from "../store/random-id";
import { harness, type Tenant } from "../workers.fixture";
import { type Delivery, deliverDue } from "./deliver";
import { signWebhook } from "./sign-webhook";
import type { Mailer } from "./tell";
import { refusedAddress } from "./webhook-address";

const { makeTenant } = harness(env, createExecutionContext);

const START = Date.UTC(2026, 10, 20, 12);
const HOOK = "https://hooks.example.com/x";

let ann: Tenant;
let now: number;
let sent: { url: string; init: RequestInit }[];
let mails: { from: string; to: string; subject: string; text: string }[];
/** What the webhook answers, the last answer for ever. */
let answers: (number | "nothing" | "timeout")[];
let mailer: Mailer | null;

beforeEach(async () => {
  ann = await makeTenant();
  now = START;
  sent = [];
  mails = [];
  answers = [200];
  mailer = {
    from: "alerts@example.org",
    send: async (mail) => {
      mails.push(mail);
    },
  };
});

function delivery(more: Partial<Delivery> = {}): Delivery {
  return {
    db: env.DB,
    fetch: async (url, init = {}) => {
      sent.push({ url: String(url), init });
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
      if (answer === "timeout") throw new DOMException("late", "TimeoutError");
      if (answer === "nothing") throw new TypeError("Network connection lost.");
      return new Response(null, { status: answer });
    },
    mailer,
    refused: refusedAddress,
    now: () => now,
    wait: async (ms) => {
      now += ms;
    },
    ...more,
  };
}

/** A rule as it stands in D1, and an alert of it in the log, due. */
async function raise(rule: { webhook_url?: string | null; email?: string | null }): Promise<Alert> {
  const id = randomId();
  await env.DB.prepare(
    `INSERT INTO alert_rules (id, site_id, name, rule, level, cooldown_s, webhook_url, webhook_secret, email, own_origin, created_at)
     VALUES (?, ?, 'Busy', '{}', 'warning', 60, ?, 'secret', ?, 'https://stats.example', 0)`,
  )
    .bind(id, ann.site_id, rule.webhook_url ?? null, rule.email ?? null)
    .run();
  const alert: Alert = {
    id: `${START}-${id}`,
    rule_id: id,
    name: "Busy",
    level: "critical",
    message: "12 visitors in the last minute, more than 10.",
    at: new Date(START).toISOString(),
    details: { metric: "visitors", visitors_last_minute: 12, value: 12, limit: 10 },
  };
  await addToLog(env.DB, ann.site_id, [alert], now);
  return alert;
}

async function logged() {
  const row = await env.DB.prepare("SELECT tries, next_try_at FROM alert_log WHERE site_id = ?")
    .bind(ann.site_id)
    .first<{ tries: string; next_try_at: number | null }>();
  const tries: AlertTry[] = JSON.parse(row?.tries ?? "[]");
  return { results: tries.map(({ result }) => result), tries, next_try_at: row?.next_try_at };
}

describe("ALERT 6: a webhook", () => {
  test("gets the alert once, signed, and the log says so", async () => {
    const alert = await raise({ webhook_url: HOOK });
    await deliverDue(delivery(), ann.site_id);
    await deliverDue(delivery(), ann.site_id);
    expect(sent).toHaveLength(1);
    const [{ url, init } = { url: "", init: {} }] = sent;
    expect(url).toBe(HOOK);
    expect(init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(JSON.parse(String(init.body))).toEqual({
      type: "alert",
      id: alert.id,
      site: { id: ann.site_id, name: "Site" },
      rule: { id: alert.rule_id, name: "Busy" },
      level: "critical",
      message: alert.message,
      at: alert.at,
      details: alert.details,
    });
    expect(new Headers(init.headers).get("Footfall-Signature")).toBe(
      await signWebhook("secret", String(init.body), START),
    );
    expect(await logged()).toMatchObject({ results: ["200"], next_try_at: null });
  });

  test("the signature is the HMAC that others compute", async () => {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
    const expected = "49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686";
    expect(await signWebhook("secret", '{"a":1}', 1_700_000_000_999)).toBe(`t=1700000000,v1=${expected}`);
  });

  test("that fails is tried again after 1 s and 5 s, then by the cron, six times in all", async () => {
    await raise({ webhook_url: HOOK });
    answers = [500, "nothing", "timeout", 302, 404, 503];
    await deliverDue(delivery(), ann.site_id);
    expect(sent).toHaveLength(3);
    expect(await logged()).toMatchObject({
      results: ["500", "No connection", "No answer within 5 s"],
      next_try_at: now + 300_000,
    });
    // Not due yet.
    now += 299_000;
    await deliverDue(delivery());
    expect(sent).toHaveLength(3);
    for (const pause of [1_000, 1_200_000, 3_600_000, 86_400_000]) {
      now += pause;
      await deliverDue(delivery());
    }
    expect(sent).toHaveLength(6);
    expect(await logged()).toMatchObject({
      results: ["500", "No connection", "No answer within 5 s", "302: redirects are not followed", "404", "503"],
      next_try_at: null,
    });
  });

  test("that recovers is told once more, not again", async () => {
    await raise({ webhook_url: HOOK });
    answers = [500, 204];
    await deliverDue(delivery(), ann.site_id);
    expect(await logged()).toMatchObject({ results: ["500", "204"], next_try_at: null });
    now += 86_400_000;
    await deliverDue(delivery());
    expect(sent).toHaveLength(2);
  });

  test.each(["http://127.0.0.1:9/", "http://[fd00::1]/", "https://stats.example/api/events", "ftp://example.com/"])(
    "%s that came into the database is not called",
    async (webhook_url) => {
      await raise({ webhook_url });
      await deliverDue(delivery(), ann.site_id);
      expect(sent).toEqual([]);
      expect(await logged()).toMatchObject({ tries: [{ ok: false, final: true }], next_try_at: null });
    },
  );

  test("waits for its turn where many are due: 5 at a time, 10 in a run", async () => {
    await Promise.all(Array.from({ length: 12 }, () => raise({ webhook_url: HOOK })));
    let open = 0;
    let most = 0;
    const slow: typeof fetch = async () => {
      most = Math.max(most, ++open);
      await scheduler.wait(20);
      open--;
      sent.push({ url: HOOK, init: {} });
      return new Response(null, { status: 200 });
    };
    await deliverDue(delivery({ fetch: slow }), ann.site_id);
    expect([sent.length, most]).toEqual([10, 5]);
    await deliverDue(delivery({ fetch: slow }), ann.site_id);
    expect(sent).toHaveLength(12);
  });

  test("is begun by the desk while there is time to end it, and after that by the cron", async () => {
    await Promise.all(Array.from({ length: 12 }, () => raise({ webhook_url: HOOK })));
    const slow: typeof fetch = async () => {
      sent.push({ url: HOOK, init: {} });
      now = Math.max(now, START + 9_000);
      return new Response(null, { status: 200 });
    };
    await deliverDue(delivery({ fetch: slow }), ann.site_id);
    expect(sent).toHaveLength(5);
    now = START + 9_000;
    // The cron has a quarter of an hour.
    await deliverDue(delivery({ fetch: slow }));
    expect(sent).toHaveLength(12);
    const { results } = await env.DB.prepare("SELECT tries FROM alert_log WHERE site_id = ?").bind(ann.site_id).all();
    expect(results.map(({ tries }) => JSON.parse(String(tries)).length)).toEqual(Array(12).fill(1));
  });

  test("is told by one of two who come at once", async () => {
    await raise({ webhook_url: HOOK });
    await Promise.all([deliverDue(delivery()), deliverDue(delivery()), deliverDue(delivery(), ann.site_id)]);
    expect(sent).toHaveLength(1);
  });

  test("of somebody who was stopped halfway is told by the next, under the same id", async () => {
    const alert = await raise({ webhook_url: HOOK });
    const stopped = new Promise<Response>(() => {});
    void deliverDue(delivery({ fetch: () => stopped }), ann.site_id);
    await expect.poll(async () => (await logged()).next_try_at).toBe(START + 120_000);
    now += 119_000;
    await deliverDue(delivery());
    expect(sent).toEqual([]);
    now += 1_000;
    await deliverDue(delivery());
    expect(sent.map(({ init }) => JSON.parse(String(init.body)).id)).toEqual([alert.id]);
  });

  test("of a rule that is gone is forgotten", async () => {
    const { rule_id } = await raise({ webhook_url: HOOK });
    await env.DB.prepare("DELETE FROM alert_rules WHERE id = ?").bind(rule_id).run();
    await deliverDue(delivery(), ann.site_id);
    expect(sent).toEqual([]);
    expect(await logged()).toMatchObject({ tries: [], next_try_at: null });
  });

  test("an alert of a rule that tells nobody is never due", async () => {
    await raise({});
    expect(await logged()).toMatchObject({ next_try_at: null });
  });
});

describe("ALERT 6: an e-mail", () => {
  test("is sent once, with where to look", async () => {
    const alert = await raise({ email: "ann@example.com" });
    await deliverDue(delivery(), ann.site_id);
    expect(mails).toEqual([
      {
        from: "alerts@example.org",
        to: "ann@example.com",
        subject: "[critical] Site: Busy",
        text: `${alert.message}\n\nSite, ${alert.at}\nhttps://stats.example/sites/${ann.site_id}/alerts\n`,
      },
    ]);
    expect(await logged()).toMatchObject({
      tries: [{ channel: "email", ok: true, result: "sent" }],
      next_try_at: null,
    });
  });

  test("where none can be sent says so once and for all", async () => {
    mailer = null;
    await raise({ email: "ann@example.com" });
    await deliverDue(delivery(), ann.site_id);
    expect(await logged()).toMatchObject({
      results: ["E-mail is not set up on this installation"],
      next_try_at: null,
    });
  });

  test("that the service refuses is tried again, and does not hold up the webhook", async () => {
    mailer = {
      from: "x@y.example",
      send: () => Promise.reject(Object.assign(new Error("to ann"), { code: "E_SENDER" })),
    };
    await raise({ email: "ann@example.com", webhook_url: HOOK });
    await deliverDue(delivery(), ann.site_id);
    const { tries } = await logged();
    expect(tries.filter(({ channel }) => channel === "webhook").map(({ ok }) => ok)).toEqual([true]);
    expect(tries.filter(({ channel }) => channel === "email").map(({ result }) => result)).toEqual(
      Array(3).fill("The mail service refused it: E_SENDER"),
    );
  });
});
