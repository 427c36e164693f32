/** Version of the wire between an object and its viewers; a client of another version is closed with 4409. */
export const PROTOCOL_VERSION = 1;

/** The subprotocol every viewer socket offers; a ticket may follow it as the second value. */
export const SUBPROTOCOL = "footfall.v1";
