import { relative, resolve, sep } from "node:path";
import process from "node:process";
import * as z from "zod";
import { buildAll } from "./build.ts";
import { noteUrl } from "./local-server.ts";
import { Problem, runScript } from "./problem.ts";
import { ROOT } from "./root.ts";
import { type Seeded, seed } from "./seed.ts";
import { type Server, serve } from "./serve.ts";

const PORT_RULE = "PORT is a number from 0 to 65535.";

const Settings = z.object({
  HOST: z.string().trim().min(1).default("127.0.0.1"),
  PORT: z.coerce.number(PORT_RULE).int(PORT_RULE).min(0, PORT_RULE).max(65_535, PORT_RULE).default(8787),
  FOOTFALL_STATE: z.string().min(1).default(".footfall"),
  FOOTFALL_OWNER_EMAIL: z.email("FOOTFALL_OWNER_EMAIL is not an e-mail address.").max(254).optional(),
  FOOTFALL_OWNER_PASSWORD: z.string().max(1_000).optional(),
});
type Settings = z.infer<typeof Settings>;

/** A terminal sends Ctrl-C to every process of the command, and each passes it on: signals this close are one. */
const SAME_SIGNAL_MS = 500;

/** Settings that the Worker itself reads, from this environment as from the `[vars]` of a deployed one. */
const PASSED_ON = ["SESSION_TIMEOUT_MINUTES", "ALERT_THRESHOLD", "CORS_ORIGINS", "VIEWER_SOCKETS", "LOG_REQUESTS"];

await runScript(async () => {
  const settings = readSettings();
  const started = performance.now();
  if (await buildAll()) console.log(`Built in ${seconds(started)}.`);
  const state = resolve(ROOT, settings.FOOTFALL_STATE);
  const first = {
    state,
    host: settings.HOST,
    email: settings.FOOTFALL_OWNER_EMAIL,
    password: settings.FOOTFALL_OWNER_PASSWORD,
    now: Date.now(),
  };
  let seeded: Seeded | null = null;
  const server = await serve({
    host: settings.HOST,
    port: settings.PORT,
    state,
    vars: workerVars(),
    prepare: async (db) => {
      seeded = await seed(db, first);
    },
  });
  stopOnSignals(server);
  const signIn: Seeded = seeded ?? (await seed(await server.mf.getD1Database("DB"), first));
  const url = reachable(server.url);
  await checkHealth(url);
  await noteUrl(state, url);
  console.log(welcome(url, signIn, state.startsWith(ROOT + sep) ? relative(ROOT, state) : state));
});

function workerVars(): Record<string, string> {
  const given = PASSED_ON.map((name) => [name, process.env[name] ?? ""] as const).filter(([, value]) => value !== "");
  return { DEMO_PLACES: "1", ...Object.fromEntries(given) };
}

function readSettings(): Settings {
  // An empty variable is an unset one.
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
  const parsed = Settings.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Problem(parsed.error.issues.map(({ message }) => message).join("\n"));
}

/** An address that listens everywhere is opened here as this machine's own. */
function reachable(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//localhost:");
}

async function checkHealth(url: string): Promise<void> {
  const response = await fetch(`${url}/health`);
  if (!response.ok)
    throw new Problem(`The server started, but ${url}/health answers ${response.status}: ${await response.text()}`);
}

function stopOnSignals(server: Server): void {
  let stopping = 0;
  const stop = async (text: string) => {
    if (stopping !== 0) {
      if (performance.now() - stopping > SAME_SIGNAL_MS) process.exit(130);
      return;
    }
    stopping = performance.now();
    console.log(text);
    await server.close();
    process.exit(0);
  };
  process.on("SIGINT", () => void stop("\nStopping …"));
  process.on("SIGTERM", () => void stop("Stopping …"));
  process.on("SIGHUP", () => void stop("Stopping …"));
  // run.mjs was killed.
  process.on("disconnect", () => void stop("Stopping …"));
}

function welcome(url: string, { email, newPassword, signInToken }: Seeded, state: string): string {
  return `
Footfall is running.

  Dashboard   ${url}/#signin=${signInToken}
              (this link signs you in once)
  Demo shop   ${url}/demo/

  Sign in as  ${email}
${newPassword === null ? "" : `  Password    ${newPassword}   (shown this once; keep it)\n`}
  For a page of yours:
  <script defer src="${url}/t.js" data-site="demo"></script>

Open both and walk through the shop: the dashboard shows it as it happens. Places of local visitors are made up.
Everything is kept in ${state}. Ctrl-C stops.
`;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
