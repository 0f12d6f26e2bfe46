/** What stands in the page around the code and the app. It knows nothing of them. */

import type { Example } from "./config";
import type { Problem } from "./errors";

type Child = Node | string;

function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function button(text: string, does: () => void, attributes: Readonly<Record<string, string>> = {}): HTMLButtonElement {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", does);
  return made;
}

export interface Actions {
  run(): void;
  stop(): void;
  share(): void;
  openExample(name: string): void;
  downloadProject(): void;
  downloadFile(): void;
  openFile(name: string): void;
  addFile(): void;
  renameFile(): void;
  removeFile(): void;
  goTo(problem: Problem): void;
  asTyped(isOn: boolean): void;
}

export class View {
  readonly editor = make("div", { id: "editor", role: "tabpanel", class: "editor" });
  readonly app = make("div", { class: "app" });
  readonly #actions: Actions;
  readonly #tabs = make("div", { role: "tablist", "aria-label": "Files", class: "tabs" });
  readonly #rename: HTMLButtonElement;
  readonly #remove: HTMLButtonElement;
  readonly #status = make("p", { role: "status", class: "status" });
  readonly #problems = make("section", { "aria-label": "Problems", "aria-live": "polite", class: "problems" });
  readonly #examples: readonly Example[];
  /** Name of the example that is open; "" if another app is. */
  #shownExample = "";

  constructor(actions: Actions, examples: readonly Example[]) {
    this.#actions = actions;
    this.#examples = examples;
    const asTyped = make("input", { type: "checkbox", id: "as-typed" });
    asTyped.addEventListener("change", () => actions.asTyped(asTyped.checked));
    const menu = make("details", { class: "menu" }, make("summary", {}, "Download"));
    const item = (text: string, does: () => void): HTMLButtonElement =>
      button(text, () => {
        menu.open = false;
        does();
      });
    menu.append(
      make(
        "div",
        { class: "items" },
        item("A project (zip)", actions.downloadProject),
        item("One HTML file, with Python in it", actions.downloadFile),
      ),
    );
    menu.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    const bar = make(
      "header",
      { class: "bar" },
      make("h1", {}, "Dash playground"),
      button("Run", actions.run, { class: "primary", id: "run", title: "Ctrl+Enter" }),
      button("Stop", actions.stop, { id: "stop", title: "Ends Python, also in a loop that never ends" }),
      make("label", { class: "check" }, asTyped, "Run as I type"),
      button("Examples", () => void this.#chooseExample(), { id: "examples", "aria-haspopup": "dialog" }),
      button("Share", actions.share, { id: "share" }),
      menu,
    );
    this.#rename = button("Rename", actions.renameFile, { class: "small" });
    this.#remove = button("Remove", actions.removeFile, { class: "small" });
    const files = make(
      "div",
      { class: "files" },
      this.#tabs,
      button("New file", actions.addFile, { class: "small", id: "new-file" }),
      this.#rename,
      this.#remove,
    );
    const help = make(
      "p",
      { id: "editor-help", class: "help" },
      "Ctrl+Enter runs the app. Tab indents; Escape, then Tab, leaves the editor.",
    );
    const left = make("section", { "aria-label": "Code", class: "code" }, files, this.editor, help, this.#problems);
    const right = make("section", { "aria-label": "App", class: "result" }, this.#status, this.app);
    document.body.append(bar, make("main", {}, left, right));
    this.#tabs.addEventListener("keydown", (event) => this.#moveTab(event));
  }

  showFiles(names: readonly string[], active: string, isEntry: boolean): void {
    const hadFocus = this.#tabs.contains(document.activeElement);
    const tabs = names.map((name, number) =>
      button(name, () => this.#actions.openFile(name), {
        role: "tab",
        id: `tab-${number}`,
        "aria-controls": "editor",
        "aria-selected": String(name === active),
        tabindex: name === active ? "0" : "-1",
      }),
    );
    this.#tabs.replaceChildren(...tabs);
    this.editor.setAttribute("aria-labelledby", `tab-${names.indexOf(active)}`);
    if (hadFocus) tabs[names.indexOf(active)]?.focus();
    this.#rename.disabled = this.#remove.disabled = isEntry;
  }

  showStatus(text: string, kind: "" | "busy" | "error" = ""): void {
    this.#status.textContent = text;
    this.#status.dataset.kind = kind;
  }

  showProblems(problems: readonly Problem[]): void {
    this.#problems.replaceChildren(...problems.map((problem) => this.#drawProblem(problem)));
    this.#problems.hidden = problems.length === 0;
  }

  showExample(name: string): void {
    this.#shownExample = name;
  }

  /** Shows the examples with their pictures; opens the one that is chosen. */
  async #chooseExample(): Promise<void> {
    const dialog = make("dialog", { "aria-labelledby": "examples-title", class: "gallery" });
    const cards = this.#examples.map(({ name, title, picture }) => {
      const isShown = name === this.#shownExample;
      const card = button("", () => dialog.close(name), { class: "card", ...(isShown && { "aria-current": "true" }) });
      // Its title says what the picture shows.
      card.append(make("img", { src: picture, alt: "", width: "320", height: "200" }), make("span", {}, title));
      return make("li", {}, card);
    });
    dialog.append(
      make("h2", { id: "examples-title" }, "Examples"),
      make("p", {}, "The example takes the place of what is written here. Share keeps that in a link."),
      make("ul", { class: "cards" }, ...cards),
      make(
        "div",
        { class: "buttons" },
        button("Close", () => dialog.close("")),
      ),
    );
    await open(dialog);
    if (dialog.returnValue) this.#actions.openExample(dialog.returnValue);
  }

  /** Asks for the name of a file. `check` says what is wrong with one. Returns undefined if there is to be none. */
  async askName(
    title: string,
    value: string,
    check: (name: string) => string | undefined,
  ): Promise<string | undefined> {
    const input = make("input", { id: "file-name", autocomplete: "off", spellcheck: "false", value });
    const wrong = make("p", { role: "alert", class: "wrong" });
    const form = make(
      "form",
      { method: "dialog" },
      make("label", { for: "file-name" }, title),
      input,
      wrong,
      make("div", { class: "buttons" }, make("button", { class: "primary", value: "ok" }, "OK")),
    );
    const dialog = make("dialog", { "aria-label": title }, form);
    form.querySelector(".buttons")?.append(button("Cancel", () => dialog.close()));
    form.addEventListener("submit", (event) => {
      wrong.textContent = check(input.value.trim()) ?? "";
      if (wrong.textContent) event.preventDefault();
    });
    await open(dialog);
    return dialog.returnValue === "ok" ? input.value.trim() : undefined;
  }

  async confirm(question: string, yes: string): Promise<boolean> {
    const buttons = make("div", { class: "buttons" }, make("button", { class: "primary", value: "ok" }, yes));
    const dialog = make("dialog", { "aria-label": question }, make("form", { method: "dialog" }, question, buttons));
    buttons.append(button("Cancel", () => dialog.close()));
    await open(dialog);
    return dialog.returnValue === "ok";
  }

  async showLink(link: string): Promise<void> {
    const field = make("textarea", { id: "link", readonly: "", rows: "4", spellcheck: "false" }, link);
    const copied = make("span", { role: "status" });
    const copy = button("Copy", () => {
      field.select();
      const written = navigator.clipboard?.writeText(link) ?? Promise.reject(new Error("not allowed here"));
      written.then(
        () => {
          copied.textContent = " Copied.";
        },
        () => {
          copied.textContent = " Copy the marked text with Ctrl+C.";
        },
      );
    });
    copy.className = "primary";
    const dialog = make("dialog", { "aria-label": "Share" });
    dialog.append(
      make("label", { for: "link" }, `The app is in this link, in ${link.length} characters, and nowhere else.`),
      field,
      make(
        "div",
        { class: "buttons" },
        copy,
        button("Close", () => dialog.close()),
        copied,
      ),
    );
    await open(dialog);
  }

  #drawProblem(problem: Problem): HTMLElement {
    const { title, text, place, isAdvice } = problem;
    const made = make("div", { class: isAdvice ? "problem advice" : "problem" }, make("strong", {}, title));
    if (place) {
      made.append(button(`${place.file}, line ${place.line}`, () => this.#actions.goTo(problem), { class: "place" }));
    }
    // With the keyboard, a long traceback can be scrolled.
    if (text && text !== title) made.append(make("pre", { tabindex: "0", "aria-label": "Details" }, text));
    return made;
  }

  #moveTab(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tabs = [...this.#tabs.children] as HTMLElement[];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const next = tabs[(at + (step ?? 0) + tabs.length) % tabs.length];
    if (!step || at < 0 || !next) return;
    event.preventDefault();
    next.focus();
    next.click();
  }
}

/** Resolves when it is closed. */
function open(dialog: HTMLDialogElement): Promise<void> {
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve();
    });
    dialog.showModal();
  });
}
