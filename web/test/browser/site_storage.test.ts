/** Sites on one origin do not find each other's values; what older versions kept is taken over once. */
import { expect, it } from "vitest";
import { MemoryItems, SiteStorage } from "../../src/browser/site_storage";

it("keeps bare keys for a site at the root, as Dash does", () => {
  const items = new MemoryItems();
  new SiteStorage(items, "/").setItem("theme", "dark");
  expect(items.getItem("theme")).toBe("dark");
  expect(items.length).toBe(1);
});

it("separates the sites of one origin", () => {
  const items = new MemoryItems();
  const [one, two] = [new SiteStorage(items, "/one/"), new SiteStorage(items, "/two/")];
  one.setItem("theme", "dark");
  two.setItem("theme", "light");
  expect([one.getItem("theme"), two.getItem("theme")]).toEqual(["dark", "light"]);
  one.removeItem("theme");
  expect([one.getItem("theme"), two.getItem("theme")]).toEqual([null, "light"]);
  expect(Array.from({ length: two.length }, (_, index) => two.key(index))).toEqual(["theme"]);
});

it("takes old keys over in the first visit only", () => {
  const items = new MemoryItems();
  items.setItem("theme", "old");
  items.setItem("size", "9");
  const first = new SiteStorage(items, "/one/");
  expect(first.getItem("theme")).toBe("old");
  first.removeItem("theme");
  expect(first.getItem("theme")).toBeNull();
  const copy = new MemoryItems();
  for (let index = 0; index < items.length; index++) {
    const key = items.key(index) ?? "";
    copy.setItem(key, items.getItem(key) ?? "");
  }
  const later = new SiteStorage(copy, "/one/");
  expect(later.getItem("size")).toBeNull();
  expect(copy.getItem("size")).toBe("9");
});
