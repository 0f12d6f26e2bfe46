/** What the page of a playground and the frame with the app say to each other (docs/playground.md). Types only. */

/** A package that the frame's site does not have, for Python and for the page. */
export interface AddedPackage {
  readonly name: string;
  /** An image of its files (docs/site-format.md); if it is compressed, `unpacked` is the size of its content, in bytes. */
  readonly image: ArrayBuffer;
  readonly unpacked?: number;
  /** Path below `pkg/`, and content, of what the page loads. */
  readonly page: readonly (readonly [path: string, content: ArrayBuffer])[];
}

/** An app to run: path below its folder -> text. `app.py` is what is run. */
export interface EditedApp {
  readonly files: Readonly<Record<string, string>>;
  readonly packages: readonly AddedPackage[];
}

/** From the page with the editor. */
export interface RunMessage extends EditedApp {
  readonly pyrtPlayground: 1;
  readonly type: "run";
  /** Counts them; `ran` has it. */
  readonly run: number;
}

/** A traceback, or an explanation, and what it is about. */
export interface AppError {
  readonly title: string;
  readonly text: string;
  /** The app works; this is a hint for its author. */
  readonly isAdvice: boolean;
}

/** From the frame: it takes apps; it has to be made anew for the last one; it has run the last one, or not; the errors of the app since then. */
export type FrameMessage = { readonly pyrtPlayground: 1 } & (
  | { readonly type: "waiting" }
  | { readonly type: "reload" }
  | { readonly type: "ran"; readonly run: number; readonly ms: number; readonly error: string | null }
  | { readonly type: "errors"; readonly errors: readonly AppError[] }
);
