/** In the page React is a global; so it is here. */

import React from "react";
import ReactDOM from "react-dom";
import * as client from "react-dom/client";

Object.assign(globalThis, { React, ReactDOM: { ...ReactDOM, ...client } });
