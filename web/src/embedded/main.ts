/** The first code of a page with its site's files in itself, and of each of its workers. */

import { beginPage } from "./page";
import { beginWorker } from "./workers";

if (typeof document === "object") beginPage(document.currentScript?.textContent ?? "");
else beginWorker();
