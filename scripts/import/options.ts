import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Problem } from "../problem.ts";

export interface ImportOptions {
  file: string;
  site: string;
  /** Origin of the server. */
  url: string;
  key: string;
}

export interface Surroundings {
  args: readonly string[];
  env: Record<string, string | undefined>;
  /** Where the person is. */
  folder: string;
  /** The repository's. */
  root: string;
}

export const USAGE = `Usage: npm run import -- FILE --site ID [--url URL] [--key KEY] [--format combined]

  FILE      an access log of Apache or nginx in combined format, plain or gzip
  --site    the site whose history it belongs to
  --url     the server; http://127.0.0.1:8787 if not given (HOST and PORT count)
  --key     an API key of scope ingest; the one of this machine if not given`;

/** Reads the command line. Throws a Problem that says what is missing. */
export function readOptions({ args, env, folder, root }: Surroundings): ImportOptions | "help" {
  const { values, positionals } = parsed(args);
  if (values.help) return "help";
  const [file, ...more] = positionals;
  if (file === undefined) throw new Problem(`Say which file to import.\n\n${USAGE}`);
  if (more.length > 0) throw new Problem(`One file at a time: ${more.join(" ")} is too much.`);
  if (!values.site) throw new Problem(`Say which site it belongs to: --site ID\n\n${USAGE}`);
  if (values.format !== "combined") throw new Problem(`The format ${values.format} is not known. Known: combined.`);
  return {
    file: resolve(folder, file),
    site: values.site,
    url: origin(values.url ?? localServer(env)),
    key: values.key ?? localKey(resolve(root, env.FOOTFALL_STATE || ".footfall")),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        site: text,
        url: text,
        key: text,
        format: { type: "string", default: "combined" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new Problem(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function localServer(env: Surroundings["env"]): string {
  const host = env.HOST || "127.0.0.1";
  // A server that listens everywhere is reached here as this machine's own.
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${env.PORT || "8787"}`;
}

function origin(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new Problem(`${url} is not the address of a server.`);
  return parsed.origin;
}

function localKey(state: string): string {
  const file = join(state, "key");
  if (!existsSync(file)) {
    throw new Problem(`There is no key in ${file}. Run npm start once, or give a key of scope ingest with --key.`);
  }
  return readFileSync(file, "utf8").trim();
}
