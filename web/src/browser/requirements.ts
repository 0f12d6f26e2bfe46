/** What a browser must be able to do to run the app, and what to say where it cannot. As abilities.ts, for any browser. */

import type { Abilities } from "./abilities";
import { translate } from "./translation";

/** The first versions that can run an app. Other browsers have the engine of one of these. */
const versions: readonly (readonly [name: string, first: string, pattern: RegExp])[] = [
  ["iOS", "16.4", /(?:iPhone )?OS (\d+[_\d]*) like Mac OS X/],
  ["Edge", "98", /Edg\w*\/(\d+)/],
  ["Opera", "84", /OPR\/(\d+)/],
  ["Samsung Internet", "18", /SamsungBrowser\/(\d+(?:\.\d+)?)/],
  ["Firefox", "114", /Firefox\/(\d+)/],
  ["Chrome", "98", /(?:Headless)?Chrome\/(\d+)/],
  ["Safari", "16.4", /Version\/(\d+(?:\.\d+)?).* Safari\//],
];

/**
 * One line that says what the visitor can do; undefined if the browser can run the app. `needsPython`: whether Python is
 * a part of it.
 */
export function describeObstacle(has: Abilities, userAgent: string, needsPython = true): string | undefined {
  if (!has.isServed) {
    return translate(
      "This page was opened as a file, and browsers give such a page no access to the files beside it. " +
        "Run `python -m http.server` in its folder, and open http://localhost:8000.",
    );
  }
  if (!needsPython) return has.pageFeatures ? undefined : describeVersions(has, userAgent);
  const isNewEnough = has.moduleWorkers && has.pageFeatures;
  if (isNewEnough && !has.webAssembly) {
    return translate(
      "This app needs WebAssembly, which is switched off in this browser. " +
        "Where Lockdown Mode does it, switch that off for this website in the browser's settings.",
    );
  }
  return isNewEnough && has.webAssemblyFeatures ? undefined : describeVersions(has, userAgent);
}

function describeVersions(has: Abilities, userAgent: string): string {
  for (const [name, first, pattern] of versions) {
    const found = pattern.exec(userAgent);
    if (found) {
      const version = (found[1] || "").replace(/_/g, ".");
      if (parseFloat(version) >= parseFloat(first)) return describeLack(has, `${name} ${version}`);
      return translate("This app needs {name} {first} or newer; this is {name} {version}.", { name, first, version });
    }
  }
  return translate(
    "This app needs a newer browser: Chrome or Edge 98, Firefox 114, Safari 16.4, or any later version.",
  );
}

/** A setting, an extension or a policy has taken something from a browser that is new enough. */
function describeLack(has: Abilities, browser: string): string {
  const lacks = [
    ...(has.moduleWorkers ? [] : [translate("module workers")]),
    ...(has.webAssemblyFeatures ? [] : [translate("exceptions and references in WebAssembly")]),
    ...(has.pageFeatures ? [] : [translate("newer functions of JavaScript")]),
  ];
  return translate(
    "This app needs {lacks}. {browser} has that, but here it is switched off: " +
      "by a setting, an extension or a rule of your organisation.",
    { lacks: lacks.join(", "), browser },
  );
}
