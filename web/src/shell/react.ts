/** React in a site: globals, defined by scripts that are loaded beside the page's own. */

import type { Host } from "../contract/contexts";
import type { PageDocument } from "../document/document";
import { describeFailedFiles } from "../files/failed";
import { App } from "./app";

/** The global ReactDOM also has the members of react-dom/client. */
type ReactDOMClient = typeof import("react-dom/client");

/** Loads the scripts unless React is defined already. */
export async function loadReact(document: PageDocument, urls: readonly string[]): Promise<void> {
  if (!("React" in window)) await Promise.all(urls.map((src) => document.addScript({ src })));
  if (!("React" in window && "ReactDOM" in window)) throw new Error(describeFailedFiles() || "React is not there.");
}

/** Only the development version of prop-types checks anything. Sites for debugging contain it. */
export async function loadPropChecks(document: PageDocument, urls: readonly string[]): Promise<void> {
  const url = urls.find((src) => /prop-types@[^/]*\.min\.js$/.test(src));
  if (url) await document.addScript({ src: url.replace(/\.min\.js$/, ".js") });
}

/** Mounts the app at once, though the layout may not have arrived. */
export function draw(entry: HTMLElement, host: Host): void {
  const root = (ReactDOM as unknown as ReactDOMClient).createRoot(entry);
  ReactDOM.flushSync(() => root.render(React.createElement(App, { host })));
}
