/**
 * The first script of every page. It looks at the browser before anything is downloaded, and records what the user does
 * until the page's own script runs. Where the browser cannot run the app it says so, and nothing is started.
 *
 * It must run in browsers that cannot run the app: the bundle is compiled to ES2017, and what runs there uses no newer function.
 */

import { passPolicyOn } from "../browser/trusted_types";
import { recordEarlyEvents } from "../first_paint/early";
import { addressWithoutReset, isResetAsked, resetSite } from "../offline/reset";
import { checkBrowser } from "./browser_check";
import { watchPageScript } from "./watchdog";

const start = checkBrowser();
if (start.canRun && isResetAsked()) {
  // Nothing of the app runs before all is removed: it would keep something anew.
  start.hasBegun = true;
  void resetSite().then(() => location.replace(addressWithoutReset()));
} else if (start.canRun) {
  recordEarlyEvents();
  watchPageScript(start);
  passPolicyOn();
}
