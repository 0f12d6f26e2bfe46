/**
 * The editor as the rest of the page knows it. Its own script (code_editor.ts) is large, and the app starts while that comes:
 * what is asked of the editor until then is done when it is there.
 */

import type { CodeEditor, EditorEvents, Mark } from "./code_editor";
import type { Library } from "./completion";

/** What the script at the address `editor` of the page's configuration exports. */
interface EditorModule {
  readonly CodeEditor: typeof CodeEditor;
}

export class Editor {
  #editor: CodeEditor | undefined;
  #waiting: ((editor: CodeEditor) => void)[] = [];

  /** @throws Error if the script cannot be had; the page goes on without the editor. */
  async load(url: string, parent: HTMLElement, events: EditorEvents): Promise<void> {
    const { CodeEditor } = (await import(/* @vite-ignore */ new URL(url, document.baseURI).href)) as EditorModule;
    const editor = new CodeEditor(parent, events);
    this.#editor = editor;
    for (const action of this.#waiting.splice(0)) action(editor);
  }

  set library(library: Library) {
    this.#do((editor) => {
      editor.library = library;
    });
  }

  open(name: string, text: string): void {
    this.#do((editor) => editor.open(name, text));
  }

  renamed(from: string, to: string): void {
    this.#do((editor) => editor.renamed(from, to));
  }

  forget(): void {
    this.#do((editor) => editor.forget());
  }

  mark(problems: readonly Mark[]): void {
    this.#do((editor) => editor.mark(problems));
  }

  goTo(line: number): void {
    this.#do((editor) => editor.goTo(line));
  }

  focus(): void {
    this.#do((editor) => editor.focus());
  }

  #do(action: (editor: CodeEditor) => void): void {
    if (this.#editor) action(this.#editor);
    else this.#waiting.push(action);
  }
}
