import { afterEach, beforeEach, expect, it, vi } from "vitest";

beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  vi.unstubAllGlobals();
  document.head.replaceChildren();
});

const german = {
  lang: "de",
  dir: "ltr",
  texts: { "Loading {file}": "{file} wird geladen", Stop: "Anhalten" },
};

function addElement(): void {
  const element = document.createElement("script");
  element.type = "application/json";
  element.id = "pyrt-translation";
  element.textContent = JSON.stringify(german);
  document.head.append(element);
}

it("texts are English where the page has no translation", async () => {
  const { translate, languageOfTexts } = await import("../../src/browser/translation");
  expect(translate("Loading {file}", { file: "{size}" })).toBe("Loading {size}");
  expect(translate("toString")).toBe("toString");
  expect(languageOfTexts()).toEqual({ lang: "en", dir: "ltr" });
});

it("texts are those of the page's translation; what it does not have stays English", async () => {
  addElement();
  const { translate, markLanguage } = await import("../../src/browser/translation");
  expect(translate("Loading {file}", { file: "a.js" })).toBe("a.js wird geladen");
  expect(translate("Wait")).toBe("Wait");
  const box = document.createElement("div");
  markLanguage(box);
  expect([box.lang, box.dir]).toEqual(["de", "ltr"]);
});

it("a worker has the translation of its page", async () => {
  vi.stubGlobal("document", undefined);
  const { setTranslation, translate } = await import("../../src/browser/translation");
  expect(translate("Stop")).toBe("Stop");
  setTranslation({ ...german, dir: "ltr" });
  expect(translate("Stop")).toBe("Anhalten");
});
