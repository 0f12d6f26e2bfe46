/**
 * The page's own styles. A constructed stylesheet needs no inline style, which a Content-Security-Policy may forbid.
 */

import text from "./styles.css?inline";

export function installStyles(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
