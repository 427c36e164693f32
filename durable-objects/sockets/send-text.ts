/** Sends to a socket that may have gone away meanwhile; its close event follows, or came already. */
export function sendText(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // Nobody is there to be told.
  }
}
