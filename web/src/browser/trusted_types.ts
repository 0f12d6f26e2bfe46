/**
 * Trusted Types: where a host's policy says `require-trusted-types-for 'script'`, the browser takes addresses of scripts,
 * code and HTML only from a policy that the page has named. pyrt's own is named `pyrt`. Component bundles know none: for
 * them there is the policy `default`, which takes what cannot run foreign code.
 *
 * As abilities.ts, this is for browsers of any age.
 */

import { isSingleFile } from "./place";

type Rules = Record<"createHTML" | "createScript" | "createScriptURL", (text: string) => string | null>;

/** Types of the browser, which stand for strings. */
type Policy = Record<keyof Rules, (text: string) => string>;

interface TrustedWindow {
  readonly trustedTypes?: { createPolicy(name: string, rules: Partial<Rules>): Policy };
  /** From the first script to the page's own: a name can be taken only once. */
  __pyrt_policy__?: Policy;
}

const same = (text: string): string => text;
const everything = { createHTML: same, createScript: same, createScriptURL: same };

let known: Policy | undefined;

/** The address of a script or worker that the page itself has chosen. */
export function trustUrl(address: string): string {
  return policy().createScriptURL(address);
}

/** The text of a script that is part of the app. */
export function trustScript(text: string): string {
  return policy().createScript(text);
}

/** The document of a text of HTML; nothing in it runs. */
export function parseHtml(text: string): Document {
  return new DOMParser().parseFromString(policy().createHTML(text), "text/html");
}

/** Leaves the policy to the page's own script, which takes it when it runs. */
export function passPolicyOn(): void {
  (window as TrustedWindow).__pyrt_policy__ = policy();
}

/**
 * Lets component bundles load their own parts, which are below `root`, and set HTML that contains no code. Where the
 * host's policy names other policies only, they cannot.
 */
export function trustBundles(root: string): void {
  const isOwn = (address: string): boolean => new URL(address, document.baseURI).href.indexOf(root) === 0;
  try {
    (window as TrustedWindow).trustedTypes?.createPolicy("default", {
      createScriptURL: (address) => (isOwn(address) ? address : null),
      createHTML: (text) => (hasCode(text) ? null : text),
    });
  } catch {
    // The app has one, or the host's policy forbids the name.
  }
}

function policy(): Policy {
  if (!known) {
    const shared = window as TrustedWindow;
    known = shared.__pyrt_policy__ || makePolicy();
    delete shared.__pyrt_policy__;
  }
  return known;
}

function makePolicy(): Policy {
  if (isSingleFile()) return everything; // What stands for the browser there takes strings.
  try {
    const made = (window as TrustedWindow).trustedTypes?.createPolicy("pyrt", everything);
    if (made) return made;
  } catch {
    // Another policy is required: the browser will say which.
  }
  return everything;
}

function hasCode(text: string): boolean {
  const parsed = parseHtml(text);
  for (const element of Array.from(parsed.querySelectorAll("*"))) {
    if (/^(script|iframe|object|embed|base)$/.test(element.localName)) return true;
    for (const { name, value } of Array.from(element.attributes)) {
      if (/^on|^srcdoc$/.test(name) || /^\s*(javascript|data:text\/html)/i.test(value)) return true;
    }
  }
  return false;
}
