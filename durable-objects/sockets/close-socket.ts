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
