import { expect, test } from "vitest";
import { feedItem } from "../../../live/pictures.fixture";
import {
  age,
  clockTime,
  countryName,
  deedWord,
  deviceWord,
  fromWord,
  markOf,
  percent,
  placeWord,
  rateNumber,
  shortNumber,
} from "./words";

test.each([
  [0, "0"],
  [9_999, "9,999"],
  [12_431, "12.4 k"],
  [1_250_000, "1.3 M"],
])("%i is written %s", (value, text) => expect(shortNumber(value)).toBe(text));

test.each([
  [0, "0 %"],
  [0.004, "0.4 %"],
  [0.0996, "10 %"],
  [0.5, "50 %"],
  [1, "100 %"],
])("a share of %d is %s", (share, text) => expect(percent(share)).toBe(text));

test.each([
  [-50, "now"],
  [999, "now"],
  [8_000, "8 s"],
  [61_000, "1 min"],
  [7_300_000, "2 h"],
])("an age of %i ms is %s", (milliseconds, text) => expect(age(milliseconds)).toBe(text));

test.each([
  [-5, "0:00"],
  [8_000, "0:08"],
  [760_000, "12:40"],
  [3_723_000, "1:02:03"],
])("%i ms tick as %s", (milliseconds, text) => expect(clockTime(milliseconds)).toBe(text));

test.each([
  [3.25, "3.3"],
  [9.99, "10"],
  [41.6, "42"],
])("a rate of %d is %s", (rate, text) => expect(rateNumber(rate)).toBe(text));

test.each([
  ["AT", "Austria"],
  ["", "Unknown place"],
  [null, "Unknown place"],
  ["T1", "T1"],
])("%s is %s", (code, name) => expect(countryName(code)).toBe(name));

test.each([
  [{}, "Opened / · Vienna · from Google · phone"],
  [{ path: "/pricing", source: "Direct", device: "desktop" }, "Opened /pricing · Vienna · direct · desktop"],
  [{ type: "custom", name: "Signup", city: null }, "Signup on / · Austria · from Google · phone"],
  [{ type: "outbound", name: "https://example.com/a?b" }, "Went to example.com from / · Vienna · from Google · phone"],
  [{ type: "click", country: null, city: null }, "Clicked on / · Unknown place · from Google · phone"],
])("the words of an event: %o", (given, text) => {
  const item = feedItem(1, given);
  const words = [`${deedWord(item)} ${item.path}`, placeWord(item), fromWord(item.source), deviceWord(item.device)];
  expect(words.join(" · ")).toBe(text);
});

test.each([
  ["pageview", "view"],
  ["error", "error"],
  ["custom", "event"],
  ["download", "event"],
  ["scroll", "small"],
  ["some name of one's own", "event"],
])("%s is marked as %s", (type, mark) => expect(markOf(type)).toBe(mark));
