/** Entry of `pyrt-app.js`. A page that loads it from two sites has the element of the first one. */

import { PyrtApp } from "./element";

if (!customElements.get("pyrt-app")) customElements.define("pyrt-app", PyrtApp);
