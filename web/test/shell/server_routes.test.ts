/** Links to routes of the app's server: said, or led to the bridge. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { watchServerRoutes } from "../../src/shell/server_routes";

const root = new URL("./site/", location.href);
const stops: (() => void)[] = [];
const notice = () => document.querySelector("#pyrt-no-server")?.textContent;

/** Listeners on window stay: each test removes its own. */
function watch(routes: string[], bridge?: string): void {
  const add = vi.spyOn(window, "addEventListener");
  watchServerRoutes(routes, root, bridge);
  for (const [type, listener] of add.mock.calls) stops.push(() => window.removeEventListener(type, listener as never));
  add.mockRestore();
}

/** Clicks a link; returns whether the browser would follow it, and to where. */
function click(href: string, prepare: (link: HTMLElement) => void = () => {}): string | undefined {
  const link = document.createElement("a");
  link.setAttribute("href", href);
  link.innerHTML = "<b>text</b>";
  document.body.append(link);
  prepare(link);
  let followed: string | undefined;
  const last = (event: Event) => {
    if (!event.defaultPrevented) followed = link.getAttribute("href") ?? "";
    event.preventDefault();
  };
  window.addEventListener("click", last);
  link.querySelector("b")?.click();
  window.removeEventListener("click", last);
  return followed;
}

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  document.body.innerHTML = "";
});

describe("a link to a route of the app's server", () => {
  it("is not followed, and the page says why", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    watch(["/report"]);
    expect(click("/report?year=2024")).toBeUndefined();
    expect(notice()).toContain("/report?year=2024 belongs to the app's own server");
    expect(warn).toHaveBeenCalledOnce();
    document.querySelector<HTMLElement>("#pyrt-no-server button")?.click();
    expect(notice()).toBeUndefined();
  });

  it.each([
    ["/report/<name>", "/report/may", true],
    ["/report/<name>", "/report/may/csv", false],
    ["/files/<path:name>", "/files/a/b.csv", true],
    ["/item/{id}", "/item/3", true],
    ["/item/{rest:path}", "/item/3/4", true],
    ["/a.b", "/axb", false],
    ["/report", "/site/report", true],
    ["/report", "/report/", true],
    ["/report", "https://other.example/report", false],
    ["/report", "/about", false],
    ["/", "/site/", false],
  ])("%s and %s", (route, href, known) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    watch([route]);
    expect(click(href) === undefined).toBe(known);
    expect(notice() !== undefined).toBe(known);
  });

  it("is left to a component that handles the click itself", () => {
    watch(["/report"]);
    click("/report", (link) => link.addEventListener("click", (event) => event.preventDefault()));
    expect(notice()).toBeUndefined();
  });

  it("leads to the bridge where there is one, and the link stays as it is", async () => {
    watch(["/report"], "https://calc.example.org");
    expect(click("/report?x=1")).toBe("https://calc.example.org/report?x=1");
    await new Promise((resolve) => setTimeout(resolve));
    expect(document.querySelector("a")?.getAttribute("href")).toBe("/report?x=1");
  });

  it("includes forms", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    watch(["/upload"]);
    document.body.innerHTML = '<form action="/upload"><button>send</button></form>';
    document.querySelector("form")?.requestSubmit();
    expect(notice()).toContain("/upload");
  });
});
