/** Stylesheets and scripts that are exchanged in the page. */

import { afterEach, expect, it } from "vitest";
import { exchangeMedia, exchangeStyles, removeStyles, runScripts } from "../../src/hot_reload/asset_files";

const root = new URL("http://localhost:3000/");

afterEach(() => {
  document.head.replaceChildren();
});

function addStyle(href: string): HTMLLinkElement {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
  return link;
}

it("the old stylesheet applies until the new one has come, and its place stays", async () => {
  const first = addStyle("/assets/a.css");
  const second = addStyle("/assets/b.css");
  const done = exchangeStyles(["assets/a.css"], root, 7);
  const [old, fresh, last] = document.querySelectorAll("link");
  expect([old, last]).toEqual([first, second]);
  expect(fresh?.href).toBe("http://localhost:3000/assets/a.css?v=7");
  fresh?.dispatchEvent(new Event("load"));
  await done;
  expect([...document.querySelectorAll("link")]).toEqual([fresh, second]);
});

it("a removed stylesheet no longer applies", () => {
  addStyle("/assets/a.css?v=3");
  const other = addStyle("https://example.org/assets/a.css");
  removeStyles(["assets/a.css"], root);
  expect([...document.querySelectorAll("link")]).toEqual([other]);
});

it("a changed script runs once more, in its place", async () => {
  const script = document.createElement("script");
  script.type = "text/plain"; // jsdom loads none
  script.src = "/assets/a.js";
  document.head.append(script);
  const done = runScripts(["assets/a.js", "assets/new.js"], root, 2);
  const [fresh] = document.querySelectorAll("script");
  expect(fresh).not.toBe(script);
  expect(fresh?.src).toBe("http://localhost:3000/assets/a.js?v=2");
  fresh?.dispatchEvent(new Event("load"));
  await done;
  expect(document.querySelectorAll("script").length).toBe(1);
});

it("a changed picture is shown as it is now, and others stay", () => {
  document.head.innerHTML =
    '<img src="/assets/a.png"><img src="/assets/b.png"><link rel="icon" href="assets/a.png?v=1">';
  exchangeMedia(["assets/a.png"], root, 4);
  const [changed, other] = document.querySelectorAll("img");
  expect([changed?.src, other?.getAttribute("src")]).toEqual([
    "http://localhost:3000/assets/a.png?v=4",
    "/assets/b.png",
  ]);
  expect(document.querySelector("link")?.href).toBe("http://localhost:3000/assets/a.png?v=4");
});
