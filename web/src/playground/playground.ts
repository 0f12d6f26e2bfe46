/** The playground: what happens when somebody writes, runs, shares, downloads. */

import type { AppError } from "../wire/playground";
import { AppFrame } from "./app_frame";
import type { Library } from "./completion";
import type { Config, Files } from "./config";
import { download, readPackage } from "./downloads";
import { Draft } from "./draft";
import { Editor } from "./editor";
import { explainMissing, makeProblem, type Problem, summaryOf } from "./errors";
import { entry, FileSet, nameProblem } from "./files";
import { type Choice, choose, listPackages, requirementsIn } from "./packages/choice";
import { importedModules, isComplete } from "./packages/imports";
import { type Indexed, type IndexedPackage, PackageIndex } from "./packages/package_index";
import { parseRequirement, type Requirement } from "./packages/versions";
import { oneFile, save, zipProject } from "./project";
import { decodeApp, encodeApp, isApp } from "./share";
import { type Actions, View } from "./view";

const typingPauseMs = 600;
const mega = 1e6;
/** While the start comes, the editor's script would hold it up; a start from a slow line is not waited for. */
const quickStartMs = 250;

export class Playground implements Actions {
  readonly #config: Config;
  readonly #view: View;
  readonly #editor = new Editor();
  readonly #frame: AppFrame;
  readonly #draft = new Draft();
  readonly #index: PackageIndex | undefined;
  #files: FileSet;
  readonly #startCame: Promise<void>;
  #problems: readonly Problem[] = [];
  /** Of the last run; errors of the app come beside. */
  #runProblem: Problem | undefined;
  /** The page goes on without the editor. */
  #editorProblem: Problem | undefined;
  /** What the app's page lists, also of callbacks that the run itself has called. */
  #errors: readonly AppError[] = [];
  /** Why something that the app imports could not be had from the index. */
  #indexProblem: string | undefined;
  #isAsTyped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;

  constructor(config: Config) {
    this.#config = config;
    this.#files = new FileSet(config.examples[0]?.files ?? { [entry]: "" });
    const present = [...config.starts.flatMap((start) => start.packages), ...config.packages];
    const versions = new Map(present.map(({ name, version }) => [name, version]));
    this.#index = config.index ? new PackageIndex(config.index, versions) : undefined;
    const bound = bindAll(this);
    let startCame: () => void = () => {};
    this.#startCame = new Promise((resolve) => {
      startCame = resolve;
    });
    this.#view = new View(bound, config.examples);
    this.#frame = new AppFrame(this.#view.app, {
      loading: ({ name, size }, loaded) =>
        this.#view.showStatus(
          `Loading ${name}: ${(loaded / mega).toFixed(0)} of ${(size / mega).toFixed(0)} MB`,
          "busy",
        ),
      starting: () => {
        startCame();
        this.#view.showStatus("Starting Python", "busy");
      },
      running: () => this.#view.showStatus("Running", "busy"),
      ran: (error, ms) => this.#ran(error, ms),
      errors: (errors) => this.#showErrors(errors),
      failed: (message) => this.#failed(message),
    });
    addEventListener("hashchange", () => this.#openLink());
    addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      event.preventDefault();
      this.run();
    });
  }

  /** Opens the app of the link, what was written in this tab before, or the first example. */
  begin(): void {
    const draft = this.#draft.read();
    if (draft) this.#open(draft);
    else if (isApp(location.hash)) this.#openLink();
    else this.openExample(this.#config.examples[0]?.name ?? "");
    void this.#loadEditor();
  }

  run(): void {
    clearTimeout(this.#timer);
    void this.#start(true);
  }

  stop(): void {
    this.#run += 1;
    this.#errors = [];
    this.#frame.stop();
    this.#showRunProblem(undefined);
    this.#view.showStatus("Stopped. Run starts the app again.");
  }

  asTyped(isOn: boolean): void {
    this.#isAsTyped = isOn;
    if (isOn) this.run();
  }

  share(): void {
    const { origin, pathname, search } = location;
    const hash = encodeApp(this.#files.all);
    history.replaceState(null, "", `#${hash}`);
    this.#draft.write(this.#files.all);
    // Of a file, the origin is "null".
    const page = location.protocol === "file:" ? location.href.split("#")[0] : `${origin}${pathname}${search}`;
    void this.#view.showLink(`${page}#${hash}`);
  }

  openExample(name: string): void {
    const example = this.#config.examples.find((each) => each.name === name);
    if (!example) return;
    if (isApp(location.hash)) history.replaceState(null, "", location.pathname + location.search);
    this.#open(example.files);
    this.#view.showExample(name);
  }

  async downloadProject(): Promise<void> {
    const modules = new Set([...importedModules(this.#files.all)].map((module) => module.split(".")[0]));
    // Without the index, the names of its packages stand in the app's own requirements.txt, if anywhere.
    const { start, packages, indexed } = await this.#choose().catch(() => ({
      ...choose(this.#config, this.#files.all),
      indexed: [],
    }));
    const all = [...start.packages, ...packages, ...indexed];
    const used = all.filter((each) => each.modules.some((module) => modules.has(module)));
    save(
      "app.zip",
      new Blob([zipProject(this.#files.all, used) as Uint8Array<ArrayBuffer>], { type: "application/zip" }),
    );
  }

  async downloadFile(): Promise<void> {
    try {
      const { start, packages, indexed } = await this.#choose();
      const added = [...(await Promise.all(packages.map(readPackage))), ...indexed.map(({ content }) => content)];
      save("app.html", oneFile(await download(start.url), this.#files.all, added));
    } catch (error) {
      this.#failed(messageOf(error));
    }
  }

  openFile(name: string): void {
    this.#files.open(name);
    this.#showFiles();
  }

  async addFile(): Promise<void> {
    const check = (name: string) => nameProblem(name, this.#files.names);
    const name = await this.#view.askName("Name of the new file", "", check);
    if (name === undefined || this.#files.add(name)) return;
    this.#showFiles();
    this.#editor.focus();
  }

  async renameFile(): Promise<void> {
    const from = this.#files.active;
    const others = this.#files.names.filter((name) => name !== from);
    const to = await this.#view.askName(`New name of ${from}`, from, (name) => nameProblem(name, others));
    if (to === undefined || this.#files.rename(from, to)) return;
    this.#editor.renamed(from, to);
    this.#showFiles();
    this.#edited();
  }

  async removeFile(): Promise<void> {
    const name = this.#files.active;
    if (!(await this.#view.confirm(`Remove ${name}? `, "Remove"))) return;
    this.#files.remove(name);
    this.#showFiles();
    this.#edited();
  }

  goTo({ place }: Problem): void {
    if (!place) return;
    this.openFile(place.file);
    this.#editor.goTo(place.line);
  }

  async #start(isUrgent: boolean): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    try {
      const files = this.#files.all;
      this.#view.showStatus("Running", "busy");
      this.#errors = []; // those before; they stay in sight until it is known what the run comes to
      const { start, packages, indexed } = await this.#choose();
      const added = [...(await Promise.all(packages.map(readPackage))), ...indexed.map(({ content }) => content)];
      if (run === this.#run) await this.#frame.run(start, { files, packages: added }, isUrgent);
    } catch (error) {
      if (run === this.#run) this.#failed(messageOf(error));
    }
  }

  /** With what the index has of that which the site does not have. */
  async #choose(): Promise<Choice & { readonly indexed: readonly IndexedPackage[] }> {
    const files = this.#files.all;
    const first = choose(this.#config, files);
    const index = this.#index;
    if (!index) return { ...first, indexed: [] };
    const named = requirementsIn(files);
    const imported = first.unknown.flatMap((module) => parseRequirement(index.providerOf(module) ?? "") ?? []);
    const { packages, needs } = await this.#fetchFrom(index, named, imported);
    const modules = packages.flatMap((each) => each.modules);
    return { ...choose(this.#config, files, { modules, needs }), indexed: packages };
  }

  /** An app may do without what it imports: then that is no error unless Python says so. */
  async #fetchFrom(
    index: PackageIndex,
    named: readonly Requirement[],
    imported: readonly Requirement[],
  ): Promise<Indexed> {
    this.#indexProblem = undefined;
    try {
      return await index.fetch([...named, ...imported], "the app");
    } catch (error) {
      if (imported.length === 0) throw error;
      this.#indexProblem = messageOf(error);
      return index.fetch(named, "the app");
    }
  }

  #ran(error: string | null, ms: number): void {
    if (error === null) {
      this.#view.showStatus(`Ran in ${ms} ms`);
      this.#showRunProblem(undefined);
      return;
    }
    const { index } = this.#config;
    const hint = index ? `If ${index.url} has it, name the package in a file requirements.txt here.` : "";
    const text = explainMissing(error, listPackages(this.#config), this.#indexProblem ?? hint) ?? error;
    this.#view.showStatus("The app could not be run", "error");
    this.#showRunProblem(this.#problem({ title: summaryOf(text), text }));
  }

  #failed(message: string): void {
    this.#view.showStatus("The app could not be run", "error");
    this.#showRunProblem(this.#problem({ title: message, text: "" }));
  }

  #showErrors(errors: readonly AppError[]): void {
    this.#errors = errors;
    this.#showProblems();
  }

  #showProblems(): void {
    const known = this.#runProblem?.text;
    this.#show(
      this.#errors
        .filter(({ text }) => !known || (text !== known && !explainMissing(text, "")))
        .map(({ title, text, isAdvice }) => this.#problem({ title: title || summaryOf(text), text, isAdvice })),
    );
  }

  #showRunProblem(problem: Problem | undefined): void {
    this.#runProblem = problem;
    this.#showProblems();
  }

  #show(others: readonly Problem[]): void {
    this.#problems = [this.#editorProblem, this.#runProblem, ...others].filter((each) => each !== undefined);
    this.#view.showProblems(this.#problems);
    this.#mark();
  }

  #problem(error: { title: string; text: string; isAdvice?: boolean }): Problem {
    return makeProblem(error, (name) => this.#files.has(name));
  }

  #mark(): void {
    this.#editor.mark(
      this.#problems.flatMap(({ place, title, text, isAdvice }) =>
        place?.file === this.#files.active
          ? [{ line: place.line, message: text.startsWith("Traceback ") ? summaryOf(text) : title, isAdvice }]
          : [],
      ),
    );
  }

  #open(files: Files): void {
    this.#files = new FileSet(files);
    this.#editor.forget();
    this.#view.showExample("");
    this.#showRunProblem(undefined);
    this.#showFiles();
    this.run();
  }

  #openLink(): void {
    if (!isApp(location.hash)) return;
    try {
      this.#open(decodeApp(location.hash));
    } catch (error) {
      // What is written here stays.
      this.#showFiles();
      this.#view.showStatus("The link could not be opened", "error");
      this.#showRunProblem(this.#problem({ title: messageOf(error), text: "" }));
    }
  }

  #showFiles(): void {
    const { names, active } = this.#files;
    this.#view.showFiles(names, active, active === entry);
    this.#editor.open(active, this.#files.text(active));
    this.#mark();
  }

  #changed(name: string, text: string): void {
    if (this.#files.text(name) === text) return;
    this.#files.change(name, text);
    this.#edited();
  }

  #edited(): void {
    this.#draft.write(this.#files.all);
    clearTimeout(this.#timer);
    if (!this.#isAsTyped) return;
    this.#timer = setTimeout(() => {
      const isWhole = Object.entries(this.#files.all).every(
        ([name, text]) => !name.endsWith(".py") || isComplete(text),
      );
      if (isWhole) void this.#start(false);
    }, typingPauseMs);
  }

  /** The app has been asked for, and starts meanwhile: in a process of its own when its start has come. */
  async #loadEditor(): Promise<void> {
    const { editor, completion } = this.#config;
    await Promise.race([this.#startCame, pause(quickStartMs)]);
    try {
      await this.#editor.load(editor, this.#view.editor, {
        changed: (name, text) => this.#changed(name, text),
        run: () => this.run(),
      });
    } catch (error) {
      console.error(`pyrt: ${editor}: ${messageOf(error)}`);
      const title = `The editor (${editor}) could not be loaded. Check the connection, and reload the page.`;
      this.#editorProblem = this.#problem({ title, text: "" });
      this.#showProblems();
      return;
    }
    try {
      const content = await download(completion);
      this.#editor.library = JSON.parse(new TextDecoder().decode(content)) as Library;
    } catch (error) {
      console.warn(`pyrt: components are not completed: ${messageOf(error)}`);
    }
  }
}

/** Buttons call these without their object. */
function bindAll(playground: Playground): Actions {
  return {
    run: () => playground.run(),
    stop: () => playground.stop(),
    share: () => playground.share(),
    openExample: (name) => playground.openExample(name),
    downloadProject: () => void playground.downloadProject(),
    downloadFile: () => void playground.downloadFile(),
    openFile: (name) => playground.openFile(name),
    addFile: () => void playground.addFile(),
    renameFile: () => void playground.renameFile(),
    removeFile: () => void playground.removeFile(),
    goTo: (problem) => playground.goTo(problem),
    asTyped: (isOn) => playground.asTyped(isOn),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
