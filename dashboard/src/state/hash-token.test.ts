import { expect, it, vi } from "vitest";
import { readHashToken, takeHashToken } from "./hash-token";

it.each([
  ["#signin=a-B_9", { kind: "signin", token: "a-B_9" }],
  ["#setup=x.y~z", { kind: "setup", token: "x.y~z" }],
  ["#signin=", null],
  ["#signin=a b", null],
  ["#other=a", null],
  ["#main", null],
  ["", null],
])("reads %s", (hash, token) => expect(readHashToken(hash)).toEqual(token));

it("takes the token out of the address, and only then", () => {
  const replaceState = vi.spyOn(history, "replaceState");
  expect(takeHashToken({ hash: "#main", pathname: "/sites", search: "?a=1" }, history)).toBeNull();
  expect(replaceState).not.toHaveBeenCalled();
  takeHashToken({ hash: "#signin=abc", pathname: "/sites", search: "?a=1" }, history);
  expect(replaceState).toHaveBeenCalledWith(history.state, "", "/sites?a=1");
});
