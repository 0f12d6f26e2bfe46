/**
 * What the page shows of a file that Python reads, which blocks the worker until it has arrived: its progress, and that
 * the start waits for it. Whether bytes of it arrive cannot be seen.
 */

import { FileProgress } from "../shell/file_progress";
import type { StartupView } from "../shell/progress_view";
import type { ReadingMessage } from "../wire/protocol";

export interface ReadingOptions {
  readonly view: StartupView;
  /** Whether the start is over; then a callback reads, and the user is asked after some time (PythonRestart). */
  readonly isLive: () => boolean;
  /** The start waits for a file, or (undefined) no more. */
  readonly stalled: (message: string | undefined) => void;
}

const patienceMs = 4000;

export class Reading {
  readonly #options: ReadingOptions;
  readonly #progress = new FileProgress();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStalled = false;
  /** The file that is requested now. */
  file: string | undefined;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  show(message: ReadingMessage): void {
    const { path, loaded, total, waiting } = message;
    this.#forget();
    if (waiting) this.file = path;
    if (this.#options.isLive()) {
      this.#progress.show(message);
      return;
    }
    this.#options.view.showFile(waiting ? path : undefined, loaded, total);
    if (waiting) this.#timer = setTimeout(() => this.#tell(path), patienceMs);
  }

  /** The worker that has read a file may have ended. */
  end(): void {
    this.#forget();
    this.#progress.hide();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.file = undefined;
    if (this.#isStalled) this.#options.stalled(undefined);
    this.#isStalled = false;
  }

  #tell(path: string): void {
    this.#isStalled = true;
    this.#options.stalled(`${path}: Python has waited ${patienceMs / 1000} s for it.`);
  }
}
