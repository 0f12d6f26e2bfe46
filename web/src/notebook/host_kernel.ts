/** What the host of a notebook tells of its kernel. JupyterLab tells widgets of a restart, and of no shutdown. */

/** The part of JupyterLab's kernel connection that is used. */
export interface HostKernel {
  /** The same after a restart. */
  readonly id?: string;
  readonly isDisposed?: boolean;
  readonly status?: string;
}

export class KernelWatch {
  readonly #read: () => HostKernel | null | undefined;
  /** Of the kernel that has the widget. */
  #id: string | undefined;

  /** `read` returns the notebook's kernel; null: there is none; undefined: the host does not tell. */
  constructor(read: () => HostKernel | null | undefined) {
    this.#read = read;
    void this.hasEnded;
  }

  /** Whether the notebook has no kernel any more, or another one. */
  get hasEnded(): boolean {
    const kernel = this.#read();
    if (kernel === undefined) return false;
    if (kernel === null || kernel.isDisposed) return this.#id !== undefined;
    this.#id ??= kernel.id;
    return kernel.id !== this.#id || kernel.status === "dead";
  }
}
