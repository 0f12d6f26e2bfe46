import { beforeAll, expect, it } from "vitest";
import { ElementAddresses } from "../../src/embedded/elements";

const root = "https://pyrt.invalid/";
const names = ["assets/a.png", "pkg/x.js", "assets/s.css"];

beforeAll(() => {
  const nameOf = (address: string): string | undefined => {
    const path = new URL(address, root).href.slice(root.length);
    return names.includes(path) ? path : undefined;
  };
  const others = { numberOf: () => 0, addressOf: (name: string) => `${root}${name}` };
  const site = { ...others, nameOf, pathOf: nameOf, blobOf: (name: string) => `blob:${name}` };
  new ElementAddresses(site, (address) => new URL(address, root).href).install();
});

/** The attribute as the browser has it. */
const given = (element: Element, name = "src") => element.getAttribute(name);

it("a script gets a blob, and says its address in the site: bundles find their chunks by it", () => {
  const script = document.createElement("script");
  script.src = "/pkg/x.js";
  expect([given(script), script.src]).toEqual(["blob:pkg/x.js", `${root}pkg/x.js`]);
  script.src = "https://example.org/y.js";
  expect([given(script), script.src]).toEqual(["https://example.org/y.js", "https://example.org/y.js"]);
});

it("attributes are the same as properties", () => {
  const image = document.createElement("img");
  image.setAttribute("src", "assets/a.png");
  expect([given(image), image.src]).toEqual(["blob:assets/a.png", `${root}assets/a.png`]);
  const link = document.createElement("link");
  link.setAttribute("href", "/assets/s.css");
  expect([given(link, "href"), link.href]).toEqual(["blob:assets/s.css", `${root}assets/s.css`]);
});

it("pictures of figures are SVG", () => {
  const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
  image.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", "/assets/a.png");
  expect(image.getAttribute("xlink:href")).toBe("blob:assets/a.png");
});

it("links keep their addresses", () => {
  const link = document.createElement("a");
  link.setAttribute("href", "/assets/a.png");
  expect(given(link, "href")).toBe("/assets/a.png");
});

it("styles of elements name blobs", () => {
  const element = document.createElement("div");
  element.style.backgroundImage = "url(/assets/a.png)";
  expect(element.style.backgroundImage).toContain("blob:assets/a.png");
  element.setAttribute("style", "background: url('/assets/a.png')");
  expect(given(element, "style")).toBe('background: url("blob:assets/a.png")');
});

it("HTML that is set as text requests nothing of the site", () => {
  const element = document.createElement("div");
  element.innerHTML = '<img src="/assets/a.png"><a href="/assets/a.png">a</a>';
  expect(element.innerHTML).toBe('<img src="blob:assets/a.png"><a href="/assets/a.png">a</a>');
});

it("copies of elements that a parser has made load blobs", () => {
  const parsed = new DOMParser().parseFromString('<link rel="stylesheet" href="/assets/s.css">', "text/html");
  const copy = document.importNode(parsed.head.firstElementChild as HTMLLinkElement, true);
  expect([given(copy, "href"), copy.href]).toEqual(["blob:assets/s.css", `${root}assets/s.css`]);
});

it("inline scripts read the location of the app", () => {
  const script = document.createElement("script");
  script.textContent = "f(window.location.pathname)";
  expect(script.textContent).toBe("f(__pyrt_site__.location.pathname)");
});
