/** Completes components behind `html.`, `dcc.` and their like, and props inside a component's call. */

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

type SyntaxNode = ReturnType<ReturnType<typeof syntaxTree>["resolveInner"]>;

/** `{module: {component: [[prop, description], ...]}}`: build/pyrt_build/playground/completion.py. */
export type Library = Readonly<Record<string, Readonly<Record<string, readonly (readonly [string, string])[]>>>>;

/** `from a import (b,\n c)`, `from a import b, c`. */
const importForm = /^[ \t]*from\s+([\w.]+)\s+import\s+(?:\(([^)]*)\)|([^(\n]+))/gm;

/** The names under which a file has the modules of the library: name in the code -> module. */
export function aliasesIn(text: string, library: Library): Map<string, string> {
  const found = new Map<string, string>();
  const note = (module: string, name: string): void => {
    if (module in library) found.set(name, module);
  };
  for (const [, module = "", listed, plain = ""] of text.matchAll(importForm)) {
    const names = listed ?? plain;
    for (const each of names.split(",")) {
      const [name = "", alias = name] = each.trim().split(/\s+as\s+/);
      note(`${module}.${name}`, alias);
      // A component, imported by its name.
      if (library[module]?.[name]) found.set(alias, `${module}:${name}`);
    }
  }
  for (const [, names = ""] of text.matchAll(/^[ \t]*import\s+(.+)$/gm)) {
    for (const each of names.split(",")) {
      const [name = "", alias] = each.trim().split(/\s+as\s+/);
      note(name, alias ?? name);
      if (name === "dash")
        for (const module of Object.keys(library)) if (module.startsWith("dash.")) note(module, module);
    }
  }
  return found;
}

/** Returns what completes at a place; `read` gives the library when it has come. */
export function completeComponents(read: () => Library | undefined) {
  return (context: CompletionContext): CompletionResult | null => {
    const library = read();
    if (!library) return null;
    const aliases = aliasesIn(context.state.doc.toString(), library);
    return completeMember(context, library, aliases) ?? completeProp(context, library, aliases);
  };
}

function completeMember(
  context: CompletionContext,
  library: Library,
  aliases: Map<string, string>,
): CompletionResult | null {
  const word = context.matchBefore(/[\w.]*\.\w*/);
  if (!word) return null;
  const dot = word.text.lastIndexOf(".");
  const components = library[aliases.get(word.text.slice(0, dot)) ?? ""];
  if (!components) return null;
  const options = Object.keys(components).map((label): Completion => ({ label, type: "class" }));
  return { from: word.from + dot + 1, options, validFor: /^\w*$/ };
}

function completeProp(
  context: CompletionContext,
  library: Library,
  aliases: Map<string, string>,
): CompletionResult | null {
  const word = context.matchBefore(/\w*/);
  const call = callAround(context.state, context.pos);
  if (!word || !call || (word.text === "" && !context.explicit)) return null;
  const props = propsOf(call.name, library, aliases);
  if (!props) return null;
  const options = props
    .filter(([name]) => !call.given.has(name))
    .map(([label, info]): Completion => ({ label, apply: `${label}=`, type: "property", ...(info && { info }) }));
  return { from: word.from, options, validFor: /^\w*$/ };
}

function propsOf(name: string, library: Library, aliases: Map<string, string>) {
  const dot = name.lastIndexOf(".");
  const [module, component] =
    dot < 0 ? (aliases.get(name)?.split(":") ?? []) : [aliases.get(name.slice(0, dot)), name.slice(dot + 1)];
  return module && component ? library[module]?.[component] : undefined;
}

/** The call whose arguments a place is directly in, where the name of an argument can begin. */
function callAround(state: EditorState, at: number): { name: string; given: Set<string> } | undefined {
  let node: SyntaxNode | null = syntaxTree(state).resolveInner(at, -1);
  if (/String|Comment/.test(node.name)) return undefined;
  for (; node; node = node.parent) {
    if (
      /^(ArrayExpression|DictionaryExpression|TupleExpression|ParenthesizedExpression|LambdaExpression)$/.test(
        node.name,
      )
    ) {
      return undefined;
    }
    if (node.name === "ArgList") break;
  }
  const called = node?.parent?.firstChild;
  if (!node || !called || node.parent?.name !== "CallExpression") return undefined;
  const before = state.sliceDoc(node.from, at);
  if (/=\s*\w*$/.test(before)) return undefined;
  const given = new Set(
    Array.from(state.sliceDoc(node.from, node.to).matchAll(/(\w+)\s*=(?!=)/g), ([, name = ""]) => name),
  );
  return { name: state.sliceDoc(called.from, called.to), given };
}
