import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDemo } from "./build";

let folder: string;
let pages: { path: string; text: string }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-"));
  await buildDemo(folder);
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".html"));
  pages = await Promise.all(files.map(async (path) => ({ path, text: await readFile(join(folder, path), "utf8") })));
});
afterAll(() => rm(folder, { recursive: true }));

test("there is a page for every product and every part of the shop", () => {
  const paths = pages.map(({ path }) => path);
  for (const part of ["", "products/", "cart/", "checkout/", "thanks/", "trouble/", "traffic/", "app/", "app/pour/"]) {
    expect(paths).toContain(`${part}index.html`);
  }
  expect(paths.filter((path) => /^products\/[a-z-]+\//.test(path)).length).toBeGreaterThanOrEqual(6);
});

test("every page carries the tracker once", () => {
  const tag =
    '<script defer src="/t.js" data-site="demo" data-capture="pageviews errors vitals forms outbound downloads"></script>';
  for (const { path, text } of pages) expect(text.split(tag).length - 1, path).toBe(1);
});

test("every link within the shop is relative and leads to a file, save the picture that is missing on purpose", async () => {
  const broken: string[] = [];
  for (const { path, text } of pages) {
    for (const [, target = ""] of text.matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (/^https:|^#|^\/t\.js$/.test(target)) continue;
      const { pathname } = new URL(target, `http://shop.invalid/${path}`);
      const file = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
      const exists = await access(file).then(
        () => true,
        () => false,
      );
      if (target.startsWith("/") || !exists) broken.push(pathname);
    }
  }
  expect(broken).toEqual(["/missing-picture.png"]);
});
