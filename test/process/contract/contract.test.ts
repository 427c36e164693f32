import { afterAll, beforeAll } from "vitest";
import { startServer, type TestServer } from "../../support/server.ts";
import { afterAKill, heartbeats } from "./after-a-kill.ts";
import { collecting } from "./collecting.ts";
import { memberStreams } from "./member-streams.ts";
import { publicCounter } from "./public-counter.ts";
import { rooms } from "./rooms.ts";
import { signingIn } from "./signing-in.ts";
import { viewerSocket } from "./viewer-socket.ts";
import { visitorSocket } from "./visitor-socket.ts";
import { watching } from "./watching.ts";
import { enter, type World } from "./world.ts";

/**
 * The whole outside of live work, driven as somebody would who has read what is promised and none of the code: sockets,
 * streams and requests by hand against a running server. Nothing beside this folder helps in it but what starts the server.
 */

let server: TestServer;
let world: World;
const the = () => world;
const quiet = heartbeats(the);

beforeAll(async () => {
  server = await startServer({ env: { LOG_REQUESTS: "1", CORS_ORIGINS: "https://partner.example" } });
  world = await enter(server);
  await quiet.open();
});
afterAll(async () => {
  quiet.close();
  await server?.[Symbol.asyncDispose]();
});

// First, while there are few sites: who watches the organization is told of them all.
rooms(the);
memberStreams(the);
viewerSocket(the);
visitorSocket(the);
publicCounter(the);
collecting(the);
signingIn(the);
watching(the);
quiet.test();
afterAKill(the, async () => {
  const before = server.logs();
  await server.kill9();
  server = await server.restart();
  const { logs } = server;
  // Who was signed in stays so; what the first run wrote is part of the log.
  world = { ...world, logs: () => before + logs() };
});
