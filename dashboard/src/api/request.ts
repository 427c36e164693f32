import { ApiError, failureCode } from "./api-error";
import { type Fields, fields, text } from "./read";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal;
}

/** Reads the reply from its whole body. Throws an `ApiError`, or what `fetch` throws on an abort. */
export type Request = <T>(
  method: Method,
  path: string,
  read: (body: Fields) => T,
  options?: RequestOptions,
) => Promise<T>;

/** Calls by the session cookie. `signedOut` is told of every 401. */
export function createRequest(call: typeof fetch, signedOut: () => void): Request {
  return async (method, path, read, { body, signal } = {}) => {
    const response = await send(call, path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    if (!response.ok) {
      if (response.status === 401) signedOut();
      throw await refusal(response);
    }
    try {
      return read(response.status === 204 ? {} : fields(await response.json()));
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError("unreadable_reply", "The server's reply could not be read. Reload the page; it may be newer.");
    }
  };
}

async function send(call: typeof fetch, path: string, init: RequestInit): Promise<Response> {
  try {
    return await call(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError("offline", "The server cannot be reached. Nothing was changed. Try again.");
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const wait = Number(response.headers.get("Retry-After"));
  let error: Fields = {};
  try {
    error = fields(fields(await response.json())["error"]);
  } catch {
    // A proxy's own error page: the status has to do.
  }
  const code = failureCode(error["code"], response.status);
  const message = typeof error["message"] === "string" ? error["message"] : `The server answered ${response.status}.`;
  return new ApiError(code, refusalText(code, message, wait), readFields(error["fields"]));
}

/** `wait` in seconds; 0 or NaN when the server named none. */
export function refusalText(code: string, message: string, wait: number): string {
  const when = wait > 0 ? `Try again in ${wait < 120 ? `${Math.ceil(wait)} s` : `${Math.ceil(wait / 60)} min`}.` : "";
  if (code === "rate_limited") return `Too many tries. ${when || "Try again in a minute."}`;
  if (code === "unavailable") return `${message} ${when}`.trim();
  return message;
}

function readFields(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  return Object.fromEntries(Object.entries(fields(value)).map(([name, message]) => [name, text(message)]));
}
