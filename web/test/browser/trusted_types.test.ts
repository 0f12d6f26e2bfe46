/** Where a policy of the host requires Trusted Types, pyrt's own policy is used, and another one for bundles. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";

type Rules = Record<string, (text: string) => string | null>;
let made: Record<string, Rules>;

beforeEach(() => {
  vi.resetModules();
  made = {};
  const createPolicy = (name: string, rules: Rules) => {
    if (name in made) throw new TypeError(`${name} exists`);
    made[name] = rules;
    return Object.fromEntries(Object.entries(rules).map(([kind, rule]) => [kind, (text: string) => rule(text)]));
  };
  vi.stubGlobal("trustedTypes", { createPolicy });
});

afterEach(() => vi.unstubAllGlobals());

it("is made once, by the first script, which leaves it to the page's", async () => {
  const early = await import("../../src/browser/trusted_types");
  early.passPolicyOn();
  vi.resetModules();
  const page = await import("../../src/browser/trusted_types");
  expect(page).not.toBe(early);
  expect(page.trustUrl("/a.js")).toBe("/a.js");
  expect(page.parseHtml("<p>1</p>").body.textContent).toBe("1");
  expect(Object.keys(made)).toEqual(["pyrt"]);
  expect("__pyrt_policy__" in window).toBe(false);
});

it("does without where the browser has none, or a policy of the host forbids the name", async () => {
  vi.stubGlobal("trustedTypes", undefined);
  expect((await import("../../src/browser/trusted_types")).trustUrl("/a.js")).toBe("/a.js");
});

it("gives bundles their own parts and HTML without code, and nothing else", async () => {
  const { trustBundles } = await import("../../src/browser/trusted_types");
  trustBundles("http://localhost:3000/site/");
  const { createScriptURL, createHTML, createScript } = made.default as Rules;
  expect(createScriptURL?.("http://localhost:3000/site/pkg/a.js")).toBe("http://localhost:3000/site/pkg/a.js");
  expect(createScriptURL?.("https://evil.test/a.js")).toBeNull();
  expect(createHTML?.('<b class="x">1</b>')).toBe('<b class="x">1</b>');
  const code = [
    "<script>f()</script>",
    '<img src="x" onerror="f()">',
    '<a href="javascript:f()">1</a>',
    '<iframe srcdoc="<script>f()</script>"></iframe>',
  ];
  expect(code.map((text) => createHTML?.(text))).toEqual(code.map(() => null));
  expect(createScript).toBeUndefined();
});
