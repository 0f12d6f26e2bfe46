/** Entry of the page of a playground. */

import { readConfig } from "./config";
import { Playground } from "./playground";
import text from "./styles.css?inline";

const sheet = new CSSStyleSheet();
sheet.replaceSync(text);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
new Playground(readConfig()).begin();
