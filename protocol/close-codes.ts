/** Why a socket is closed by the product. Codes in `FINAL_CLOSE_CODES` are not retried by a client. */
export const CLOSE = {
  unreadable: 4400,
  notSignedIn: 4401,
  notAllowed: 4403,
  tooSlow: 4408,
  protocolVersion: 4409,
  tooFast: 4429,
} as const;

export const FINAL_CLOSE_CODES: readonly number[] = [CLOSE.notSignedIn, CLOSE.notAllowed, CLOSE.protocolVersion];
