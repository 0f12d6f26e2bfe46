/** The page's own few styles. As a constructed sheet they need no inline style, which a policy may forbid. */

import text from "./styles.css?inline";

export function installStyles(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
