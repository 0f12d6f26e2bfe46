/** The text that is written: CodeMirror, with one state for each file. It is the entry of a script of its own. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python, pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { completeComponents, type Library } from "./completion";

export interface EditorEvents {
  changed(name: string, text: string): void;
  run(): void;
}

/** A problem at a line of the file that is open; lines count from 1. */
export interface Mark {
  readonly line: number;
  readonly message: string;
  readonly isAdvice: boolean;
}

export class CodeEditor {
  readonly #view: EditorView;
  readonly #events: EditorEvents;
  readonly #states = new Map<string, EditorState>();
  #name = "";
  library: Library | undefined;

  constructor(parent: HTMLElement, events: EditorEvents) {
    this.#events = events;
    this.#view = new EditorView({ parent });
  }

  /** Shows a file; what was written in it before can be undone. */
  open(name: string, text: string): void {
    if (this.#name) this.#states.set(this.#name, this.#view.state);
    this.#name = name;
    const known = this.#states.get(name);
    const state = known?.doc.toString() === text ? known : this.#makeState(name, text);
    this.#view.setState(state);
  }

  renamed(from: string, to: string): void {
    if (this.#name === from) this.#name = "";
    this.#states.delete(from);
    this.#states.delete(to);
  }

  /** The files are others now. */
  forget(): void {
    this.#states.clear();
    this.#name = "";
  }

  mark(problems: readonly Mark[]): void {
    const { doc } = this.#view.state;
    const diagnostics = problems
      .filter(({ line }) => line >= 1 && line <= doc.lines)
      .map(({ line, message, isAdvice }): Diagnostic => {
        const { from, to, text } = doc.line(line);
        const indent = text.length - text.trimStart().length;
        return { from: from + indent, to, severity: isAdvice ? "warning" : "error", message };
      });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  /** Moves the cursor to a line, from 1. */
  goTo(line: number): void {
    const { doc } = this.#view.state;
    const { from } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    this.#view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.#view.focus();
  }

  focus(): void {
    this.#view.focus();
  }

  #makeState(name: string, doc: string): EditorState {
    const language: Extension = name.endsWith(".py")
      ? [python(), pythonLanguage.data.of({ autocomplete: completeComponents(() => this.library) })]
      : [];
    const run = {
      key: "Mod-Enter",
      run: () => {
        this.#events.run();
        return true;
      },
    };
    return EditorState.create({
      doc,
      extensions: [
        Prec.highest(keymap.of([run])),
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightActiveLine(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("    "),
        bracketMatching(),
        closeBrackets(),
        autocompletion(),
        highlightSelectionMatches(),
        lintGutter(),
        syntaxHighlighting(classHighlighter),
        language,
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...completionKeymap,
          ...lintKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": `Code of ${name}`,
          "aria-describedby": "editor-help",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.#events.changed(name, update.state.doc.toString());
        }),
      ],
    });
  }
}
