/** Closes a socket that may be closed already; a reason has at most 123 bytes. */
export function closeSocket(socket: WebSocket, code: number, reason = ""): void {
  try {
    socket.close(code, reason);
  } catch {
    // Already closed.
  }
}

/** Answers a close so that the other side sees it end; codes that may not be sent become a normal end. */
export function answerClose(socket: WebSocket, code: number): void {
  const reserved = code === 1005 || code === 1006 || code === 1015 || code < 1000;
  closeSocket(socket, reserved ? 1000 : code);
}

/**
 * Answers an upgrade with a socket that is closed at once, so that the other side learns why. One that hibernates would
 * hold its answer for ten seconds when it is closed in the request that opened it (workerd 1.2026-11).
 */
export function closedAnswer(code: number, reason: string, protocol: string | null): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, reason);
  const headers: HeadersInit = protocol === null ? {} : { "Sec-WebSocket-Protocol": protocol };
  return new Response(null, { status: 101, webSocket: client, headers });
}
