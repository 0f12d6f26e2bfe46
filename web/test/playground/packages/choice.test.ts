/** From which start an app is run, and which packages it gets. */

import { describe, expect, it } from "vitest";
import type { Config, PackageInfo, StartInfo } from "../../../src/playground/config";
import { choose } from "../../../src/playground/packages/choice";
import { importedModules, isComplete } from "../../../src/playground/packages/imports";

const packaged = (name: string, ...modules: string[]) => ({ name, version: "1", modules });
const start = (name: string, hasGraphs: boolean, ...packages: StartInfo["packages"]): StartInfo => ({
  name,
  url: "",
  size: 0,
  hasGraphs,
  packages,
});
const plotly = packaged("plotly", "plotly");
const numpy = packaged("numpy", "numpy");
const pandas = packaged("pandas", "pandas");
const added = (name: string, module: string, ...needs: string[]): PackageInfo => ({
  ...packaged(name, module),
  needs: [name, ...needs],
  image: "",
  unpacked: 0,
  page: [],
});
const config: Config = {
  pyrt: "0",
  index: null,
  examples: [],
  completion: "",
  editor: "",
  standardLibrary: ["math", "json"],
  starts: [start("dash", false), start("plotly", true, plotly), start("data", true, plotly, numpy, pandas)],
  packages: [
    added("dash-bootstrap-components", "dash_bootstrap_components"),
    added("scipy", "scipy", "numpy"),
    added("scikit-learn", "sklearn", "scipy", "numpy", "joblib"),
    added("joblib", "joblib"),
  ],
};
const chosen = (code: string, more: Record<string, string> = {}) => {
  const { start: found, packages, unknown } = choose(config, { "app.py": code, ...more });
  return [found.name, packages.map(({ name }) => name), unknown];
};

describe("imports", () => {
  it("are found wherever they stand, and not in texts", () => {
    const code = [
      "import a, b.c as d",
      "from e.f import (g,",
      "    h as i)",
      "from . import own",
      "def f():\n    from j import *",
      "text = '''\nimport no\n'''  # import no",
      "try:\n    import k\nexcept ImportError: pass",
    ].join("\n");
    expect([...importedModules({ "app.py": code, "a.css": "import x" })].sort()).toEqual(
      ["a", "b.c", "e.f", "e.f.g", "e.f.h", "j", "k"].sort(),
    );
  });

  it("are found beside errors of syntax", () => {
    expect([...importedModules({ "app.py": "import a\ndef f(:\nimport b" })]).toContain("a");
  });

  it("tell whether a text is complete", () => {
    expect(isComplete("x = [1, 2]\n")).toBe(true);
    expect(isComplete("x = [1, 2\n")).toBe(false);
  });
});

describe("the start", () => {
  it.each([
    ["import math\nfrom dash import html", "dash"],
    ["import plotly.graph_objects as go", "plotly"],
    ["import plotly.express as px", "data"],
    ["from plotly import express", "data"],
    ["from dash import dcc\ndcc.Graph()", "plotly"],
    ["import pandas", "data"],
    ["def f():\n    import numpy", "data"],
  ])("for %j is %s", (code, name) => {
    expect(chosen(code)).toEqual([name, [], []]);
  });

  it("is not decided by modules of the app", () => {
    expect(chosen("import pandas, helpers.deep", { "pandas.py": "", "helpers/deep.py": "" })).toEqual(["dash", [], []]);
  });

  it("counts imports of all files", () => {
    expect(chosen("import util", { "util.py": "import numpy" })[0]).toBe("data");
  });
});

describe("packages", () => {
  it("come with what they need, and with the start that has that", () => {
    expect(chosen("import dash_bootstrap_components")).toEqual(["dash", ["dash-bootstrap-components"], []]);
    expect(chosen("import sklearn")).toEqual(["data", ["scipy", "scikit-learn", "joblib"], []]);
  });

  it("come from a requirements.txt, too", () => {
    const files = { "requirements.txt": "# mine\nscipy>=1  # soon\n-r other.txt\nfoo\n" };
    expect(chosen("", files)).toEqual(["data", ["scipy"], []]);
  });

  it("of an index bring their modules, and what they need of the site", () => {
    const further = { modules: ["foo"], needs: ["pandas", "joblib"] };
    const found = choose(config, { "app.py": "import foo, bar" }, further);
    expect([found.start.name, found.packages.map(({ name }) => name), found.unknown]).toEqual([
      "data",
      ["joblib"],
      ["bar"],
    ]);
  });

  it("that are not there are named", () => {
    expect(chosen("import torch, json")).toEqual(["dash", [], ["torch"]]);
  });
});
