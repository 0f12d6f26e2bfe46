/** What widget and frame say to each other, over a MessagePort; the widget passes most of it on to the kernel. */

/** A file in the index of a page (`PageFile.describe` in pyrt/notebook/files.py). */
export interface IndexedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  /** Whether the start needs it. */
  readonly needed?: boolean;
}

export type Content = readonly [name: string, bytes: ArrayBuffer];

/** What the frame is told first; a port comes with it. */
export interface FrameStart {
  readonly pyrtNotebook: {
    readonly root: string;
    readonly page: string;
    readonly files: readonly IndexedFile[];
    readonly contents: readonly Content[];
    /** Names the part of the browser's storage that the app has. */
    readonly storage: string;
  };
}

/** For the kernel (pyrt/notebook/page.py). `changesProps` is for the widget: whether a message of the batch does. */
export type FrameMessage =
  | { readonly kind: "open"; readonly environment: unknown }
  | { readonly kind: "batch"; readonly text: string; readonly changesProps: boolean }
  | { readonly kind: "job"; readonly worker: number; readonly text: string }
  | { readonly kind: "end-job"; readonly worker: number }
  | { readonly kind: "state"; readonly html: string };

/** For the widget itself. */
export type FrameRequest =
  | { readonly kind: "height"; readonly height: number }
  | { readonly kind: "need"; readonly name: string };

/** From the kernel, or the widget. */
export type ToFrame =
  | { readonly kind: "batch"; readonly text: string; readonly buffers: readonly ArrayBuffer[] }
  | { readonly kind: "job"; readonly worker: number; readonly text: string }
  | { readonly kind: "lost" }
  | { readonly kind: "index"; readonly files: readonly IndexedFile[] }
  | { readonly kind: "file"; readonly name: string; readonly bytes: ArrayBuffer | null };
