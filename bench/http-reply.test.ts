import { expect, test } from "vitest";
import { ReplyReader } from "./http-reply";

const REPLY = 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"count":1}';

test("a reply is read wherever it is cut", () => {
  for (let cut = 0; cut < REPLY.length; cut++) {
    const reader = new ReplyReader();
    expect(reader.push(Buffer.from(REPLY.slice(0, cut)))).toBeNull();
    expect(reader.push(Buffer.from(REPLY.slice(cut)))).toEqual({ status: 201, body: '{"count":1}' });
    expect(reader.push(Buffer.from(REPLY))).toEqual({ status: 201, body: '{"count":1}' });
  }
});

test("a reply of unknown length is an error, not a wait for ever", () => {
  const reader = new ReplyReader();
  expect(() => reader.push(Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))).toThrow(
    /Content-Length/,
  );
});
