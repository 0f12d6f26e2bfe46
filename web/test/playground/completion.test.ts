/** What the editor completes where. */

import { CompletionContext } from "@codemirror/autocomplete";
import { python } from "@codemirror/lang-python";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { aliasesIn, completeComponents, type Library } from "../../src/playground/completion";

const library: Library = {
  "dash.html": { Div: [["children", ""]], Button: [["n_clicks", "How often."]] },
  "dash.dcc": {
    Dropdown: [
      ["options", ""],
      ["value", "The value."],
    ],
  },
  boxes: { Box: [["width", ""]] },
};

/** Labels at the `|` in a text. */
function labels(text: string, { explicit = false } = {}): string[] | undefined {
  const at = text.indexOf("|");
  const state = EditorState.create({ doc: text.replace("|", ""), extensions: [python()] });
  ensureSyntaxTree(state, state.doc.length, 10_000);
  const found = completeComponents(() => library)(new CompletionContext(state, at, explicit));
  return found?.options.map(({ label }) => label);
}

describe("names of modules", () => {
  it.each([
    ["from dash import Dash, dcc, html", { dcc: "dash.dcc", html: "dash.html" }],
    ["from dash import (\n    dcc as d,\n    Dash)", { d: "dash.dcc" }],
    ["import boxes as b", { b: "boxes" }],
    ["import dash", { "dash.html": "dash.html", "dash.dcc": "dash.dcc" }],
    ["from boxes import Box", { Box: "boxes:Box" }],
    ["import pandas", {}],
  ])("%j", (text, found) => {
    expect(Object.fromEntries(aliasesIn(text, library))).toEqual(found);
  });
});

describe("completion", () => {
  const start = "from dash import dcc, html\n";

  it("names the components of a module", () => {
    expect(labels(`${start}html.|`)).toEqual(["Div", "Button"]);
    expect(labels(`${start}x = html.B|`)).toEqual(["Div", "Button"]);
    expect(labels("import dash\ndash.dcc.|")).toEqual(["Dropdown"]);
    expect(labels(`${start}other.|`)).toBeUndefined();
  });

  it("names the props of a component that are not given yet", () => {
    expect(labels(`${start}dcc.Dropdown(o|)`)).toEqual(["options", "value"]);
    expect(labels(`${start}dcc.Dropdown(options=[1], v|)`)).toEqual(["value"]);
    expect(labels(`${start}dcc.Dropdown(|)`, { explicit: true })).toEqual(["options", "value"]);
    expect(labels("from boxes import Box\nBox(w|)")).toEqual(["width"]);
    expect(labels(`${start}html.Div([dcc.Dropdown(v|)])`)).toEqual(["options", "value"]);
  });

  it("is silent where no prop can begin", () => {
    expect(labels(`${start}dcc.Dropdown(value=o|)`)).toBeUndefined();
    expect(labels(`${start}dcc.Dropdown("v|")`)).toBeUndefined();
    expect(labels(`${start}dcc.Dropdown([v|])`)).toBeUndefined();
    expect(labels(`${start}print(v|)`)).toBeUndefined();
    expect(labels(`${start}dcc.Dropdown(|)`)).toBeUndefined();
  });
});
