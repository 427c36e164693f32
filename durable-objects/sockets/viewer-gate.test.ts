import { describe, expect, test } from "vitest";
import { VIEWER_JOINS, VIEWER_MESSAGES_OF_ONE, VIEWER_SOCKETS, VIEWER_SOCKETS_OF_ONE } from "../../protocol/limits";
import { ViewerGate, viewerTags } from "./viewer-gate";

const NOW = 1_000_000;
const from = (user_id: string, address?: string) =>
  viewerTags(
    { user_id },
    new Request("https://stats.example/", { headers: address ? { "CF-Connecting-IP": address } : {} }),
  );

/** A gate with so many sockets of every tag that is asked for. */
const gateWith = (open: number, all = open) =>
  new ViewerGate({ tagged: () => open, all: () => all, most: () => undefined });

describe("joins a second", () => {
  const spend = (gate: ViewerGate, tags: (i: number) => string[]) => {
    for (let i = 0; i < VIEWER_JOINS; i++) expect(gate.wait(tags(i), 1, NOW)).toBe(0);
  };

  test("of one member from many addresses, and of one address by many members, are so many", () => {
    const member = gateWith(0);
    spend(member, (i) => from("ann", `192.0.2.${i}`));
    expect(member.wait(from("ann", "198.51.100.1"), 1, NOW)).toBe(1);
    expect(member.wait(from("bob", "198.51.100.1"), 1, NOW)).toBe(0);

    const address = gateWith(0);
    // A /64 of IPv6 is one address.
    spend(address, (i) => from(`user${i}`, `2001:db8:0:1::${i.toString(16)}`));
    expect(address.wait(from("zoe", "2001:db8:0:1:ffff::"), 1, NOW)).toBe(1);
    expect(address.wait(from("zoe", "2001:db8:0:2::1"), 1, NOW)).toBe(0);
  });

  test("begin anew with the next second, and are more where the site takes more of an address", () => {
    const gate = gateWith(0);
    spend(gate, () => from("ann", "192.0.2.1"));
    expect(gate.wait(from("ann", "192.0.2.1"), 10 * VIEWER_JOINS, NOW)).toBe(0);
    expect(gate.wait(from("ann", "192.0.2.1"), 1, NOW)).toBe(1);
    expect(gate.wait(from("ann", "192.0.2.1"), 1, NOW + 1_000)).toBe(0);
  });

  test("an office of 500 that comes back at once is in within three seconds", () => {
    const gate = gateWith(0);
    let waiting = Array.from({ length: 500 }, (_, i) => from(`user${i}`, "192.0.2.1"));
    for (let second = 0; second < 3; second++) {
      waiting = waiting.filter((tags) => gate.wait(tags, 100, NOW + second * 1_000) > 0);
    }
    expect(waiting).toEqual([]);
  });
});

describe("sockets at once", () => {
  test.each([
    [VIEWER_SOCKETS_OF_ONE - 1, 100, 0],
    [VIEWER_SOCKETS_OF_ONE, 100, 10],
    [VIEWER_SOCKETS_OF_ONE, 1_000, 0],
  ])("%i of one, where the site takes %i requests a minute: wait %i s", (open, scale, wait) => {
    expect(gateWith(open).wait(from("ann", "192.0.2.1"), scale, NOW)).toBe(wait);
  });

  test.each([
    [VIEWER_SOCKETS - 1, undefined, 0],
    [VIEWER_SOCKETS, undefined, 10],
    [VIEWER_SOCKETS, "", 10],
    [3, "3", 10],
    [2, "3", 0],
    [VIEWER_SOCKETS, "20000", 0],
  ])("%i in all, where the setting is %o: an object is full for %i s", (all, most, wait) => {
    expect(new ViewerGate({ tagged: () => 0, all: () => all, most: () => most }).full()).toBe(wait);
  });

  test("of others do not count, and are not listed while there are few", () => {
    let listed = 0;
    const open = {
      tagged: () => {
        listed++;
        return 0;
      },
      all: () => VIEWER_SOCKETS_OF_ONE - 1,
      most: () => undefined,
    };
    expect(new ViewerGate(open).wait(from("ann"), 1, NOW)).toBe(0);
    expect(listed).toBe(0);
    expect(gateWith(0, VIEWER_SOCKETS_OF_ONE).wait(from("ann"), 1, NOW)).toBe(0);
  });
});

test("messages a second of all sockets of a member are so many", () => {
  const gate = gateWith(0);
  const [ann, bob] = [{ user_id: "ann" }, { user_id: "bob" }];
  for (let i = 0; i < VIEWER_MESSAGES_OF_ONE; i++) expect(gate.mayTalk(ann, 1, NOW)).toBe(true);
  expect(gate.mayTalk(ann, 1, NOW)).toBe(false);
  expect(gate.mayTalk(ann, VIEWER_MESSAGES_OF_ONE, NOW)).toBe(true);
  expect(gate.mayTalk(bob, 1, NOW)).toBe(true);
  expect(gate.mayTalk(ann, 1, NOW + 1_000)).toBe(true);
});

test("the tags hold no address", () => {
  expect(from("ann", "192.0.2.77").join()).not.toContain("192.0.2");
  expect(from("x".repeat(900)).every((tag) => tag.length <= 256)).toBe(true);
});
