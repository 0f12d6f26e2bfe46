/** What the builder tells the page of a playground (build/pyrt_build/playground/make.py). */

export type Files = Readonly<Record<string, string>>;

export interface StartPackage {
  readonly name: string;
  readonly version: string;
  readonly modules: readonly string[];
}

/** A single file from which apps start: Python with some packages. */
export interface StartInfo {
  readonly name: string;
  readonly url: string;
  /** In bytes. */
  readonly size: number;
  /** Whether it has plotly.js. */
  readonly hasGraphs: boolean;
  readonly packages: readonly StartPackage[];
}

/** A package that no start has, or not each. */
export interface PackageInfo extends StartPackage {
  /** Names of all packages that it needs, itself included. */
  readonly needs: readonly string[];
  /** Addresses of its image, whose content has `unpacked` bytes, and of what the page loads: path below `pkg/`, address. */
  readonly image: string;
  readonly unpacked: number;
  readonly page: readonly (readonly [path: string, url: string])[];
}

export interface Example {
  readonly name: string;
  readonly title: string;
  readonly files: Files;
  /** Address of a picture of the app. */
  readonly picture: string;
}

/** A package index that the page asks for what the site does not have. */
export interface IndexInfo {
  /** With a slash at its end. */
  readonly url: string;
  /** What markers of requirements may ask of the interpreter. */
  readonly python: Readonly<Record<string, string>> & { readonly python_full_version: string };
  /** Packages that are there already, or that no app in a tab has. */
  readonly provided: readonly string[];
  /** Which distribution has a module: by another name; by the same one. */
  readonly modules: { readonly different: Readonly<Record<string, string>>; readonly same: readonly string[] };
}

export interface Config {
  readonly pyrt: string;
  /** The smallest first. */
  readonly starts: readonly StartInfo[];
  readonly packages: readonly PackageInfo[];
  readonly index: IndexInfo | null;
  readonly examples: readonly Example[];
  /** Address of the editor's script. */
  readonly editor: string;
  /** Address of what the editor completes. */
  readonly completion: string;
  /** Modules of Python's standard library. */
  readonly standardLibrary: readonly string[];
}

export function readConfig(): Config {
  const element = document.getElementById("pyrt-playground");
  if (!element?.textContent) throw new Error("The page has no pyrt-playground: it was not made by `pyrt playground`.");
  return JSON.parse(element.textContent) as Config;
}
