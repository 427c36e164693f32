import { SetupRequest, type SetupState } from "../../protocol/management";
import { isForeignPage } from "../auth/same-origin";
import { hashPassword, isSameSecret, signedIn, tryToken, waitReply } from "../auth/sign-in";
import { senderFacts } from "../ingest/sender-facts";
import { fail, ok } from "../reply";
import { addFirstOwner, needsOwner } from "../store/owner";
import { readJson } from "./read-json";
import type { Handler, Route } from "./route";

const state: Handler = async (c) => {
  const reply: SetupState = { needed: await needsOwner(c.env) };
  return ok(reply);
};

const done = () => fail("not_found", "This installation has its owner.");

/** `POST /api/setup`: makes the first owner, for whoever has the token that the deploy printed. */
const setup: Handler = async (c) => {
  if (!(await needsOwner(c.env))) return done();
  if (isForeignPage(c.req.raw)) return fail("forbidden", "This page may not set up anything here.");
  const wanted = c.env.SETUP_TOKEN;
  if (!wanted) return fail("unavailable", "There is no set-up token. Set the secret SETUP_TOKEN first.");
  const input = await readJson(c, SetupRequest);
  if (input instanceof Response) return input;
  const now = Date.now();
  const { address } = senderFacts(c.req.raw);
  const isRight = async () => ((await isSameSecret(input.setup_token, wanted)) ? true : null);
  const tried = await tryToken(c.env, address, isRight, now);
  if (!tried.ok && tried.reason === "wait") return waitReply(tried.wait_s);
  if (!tried.ok) {
    return fail("forbidden", "The set-up token is wrong.", { setup_token: "Not the one that the deploy printed." });
  }
  const { organization, email, password } = input;
  const password_hash = await hashPassword(c.env, password);
  const owner = await addFirstOwner(c.env, { organization, email, password_hash }, now);
  if (!owner) return done();
  return signedIn(c.req.raw, c.env, { userId: owner.user_id, organizationId: owner.org_id, role: "owner" }, now);
};

export const setupRoutes: readonly Route[] = [
  { method: "GET", path: "/api/setup", access: { kind: "public" }, handler: state },
  { method: "POST", path: "/api/setup", access: { kind: "public" }, handler: setup },
];
