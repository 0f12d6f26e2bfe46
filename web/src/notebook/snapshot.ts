/** What a page shows, as HTML without scripts that needs no other file: for a notebook that is saved. */

import type { EmbeddedSite } from "../embedded/site";
import { typeOf } from "../embedded/site";

/** A picture with more bytes is left out. */
const largestPicture = 200_000;
const base64Piece = 0x8000;

export function takeSnapshot(site: EmbeddedSite): string {
  const copy = document.documentElement.cloneNode(true) as HTMLElement;
  keepFields(document.documentElement, copy);
  keepPictures(document.documentElement, copy, site);
  for (const element of copy.querySelectorAll(
    "script, style, link, template, noscript, base, iframe, .pyrt-start, .pyrt-notice, .dash-debug-menu__outer, [class*=pyrt-dev]",
  )) {
    element.remove();
  }
  for (const element of copy.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) if (name.startsWith("on")) element.removeAttribute(name);
  }
  const style = document.createElement("style");
  style.append(usedRules());
  copy.querySelector("head")?.append(style);
  return `<!DOCTYPE html>${copy.outerHTML}`;
}

/** What is typed and chosen is no attribute. */
function keepFields(from: Element, to: Element): void {
  const fields = "input, textarea, select, option";
  const copies = to.querySelectorAll(fields);
  for (const [index, field] of [...from.querySelectorAll(fields)].entries()) {
    const copy = copies[index];
    if (!copy) continue;
    if (field instanceof HTMLInputElement) {
      copy.setAttribute("value", field.type === "password" ? "" : field.value);
      copy.toggleAttribute("checked", field.checked);
    } else if (field instanceof HTMLTextAreaElement) {
      copy.textContent = field.value;
    } else if (field instanceof HTMLOptionElement) {
      copy.toggleAttribute("selected", field.selected);
    }
  }
}

function keepPictures(from: Element, to: Element, site: EmbeddedSite): void {
  const copies = to.querySelectorAll("img, canvas");
  for (const [index, picture] of [...from.querySelectorAll("img, canvas")].entries()) {
    const copy = copies[index];
    if (!copy) continue;
    if (picture instanceof HTMLImageElement) {
      const name = site.nameOf(picture.src);
      if (name !== undefined) setPicture(copy, addressOf(site, name));
    } else if (picture instanceof HTMLCanvasElement) {
      const image = document.createElement("img");
      image.style.cssText = picture.style.cssText;
      setPicture(image, contentOf(picture));
      copy.replaceWith(image);
    }
  }
}

/** The address is one of data: nothing is to be swapped in it. */
function setPicture(image: Element, address: string): void {
  image.removeAttribute("srcset");
  image.setAttribute("src", address);
}

function contentOf(canvas: HTMLCanvasElement): string {
  try {
    return canvas.toDataURL();
  } catch {
    return "data:,"; // it has pictures of another origin
  }
}

function addressOf(site: EmbeddedSite, name: string): string {
  const bytes = site.archive.bytes(name);
  if (bytes.length > largestPicture) return "data:,";
  let text = "";
  for (let at = 0; at < bytes.length; at += base64Piece) {
    text += String.fromCharCode(...bytes.subarray(at, at + base64Piece));
  }
  return `data:${typeOf(name)};base64,${btoa(text)}`;
}

/** The rules of all stylesheets that apply to something in the page. */
function usedRules(): string {
  const sheets = [...document.styleSheets, ...document.adoptedStyleSheets];
  return sheets.flatMap((sheet) => rulesOf(sheet)).join("\n");
}

function rulesOf(sheet: CSSStyleSheet | CSSGroupingRule): string[] {
  let rules: CSSRuleList;
  try {
    rules = sheet.cssRules;
  } catch {
    return []; // of another origin
  }
  return [...rules].flatMap((rule) => {
    if (rule instanceof CSSStyleRule) return isUsed(rule.selectorText) ? [rule.cssText] : [];
    if (rule instanceof CSSMediaRule) return [`@media ${rule.conditionText} {${rulesOf(rule).join("\n")}}`];
    if (rule instanceof CSSFontFaceRule || rule instanceof CSSImportRule) return [];
    return [rule.cssText];
  });
}

function isUsed(selector: string): boolean {
  try {
    return document.querySelector(selector.replace(/::?(?:before|after|placeholder|-[\w-]+)/g, "")) !== null;
  } catch {
    return true;
  }
}
