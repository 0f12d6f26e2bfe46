/** Components whose code is loaded lazily: which they are, and messages to the worker when they have loaded. */

import { loadingOf } from "../mirror/component_classes";
import type { Store } from "../mirror/store";
import type { ChildrenProps } from "../wire/protocol";
import type { Outbox } from "./outbox";

export class LazyComponents {
  readonly #engineMirror: () => Store;
  readonly #outbox: Outbox;
  /** How many engines have ended. */
  #ended = 0;

  /** `engineMirror` returns the layout that messages of the engine refer to. */
  constructor(engineMirror: () => Store, outbox: Outbox) {
    this.#engineMirror = engineMirror;
    this.#outbox = outbox;
  }

  /** Returns the types of the app's packages that are not loaded yet. Sends Loaded for each when it is. */
  watch(packages: ChildrenProps): string[] {
    const types: string[] = [];
    for (const [namespace, components] of Object.entries(packages)) {
      for (const type of Object.keys(components)) {
        const loading = loadingOf({ namespace, type });
        if (!loading) continue;
        types.push(`${namespace}/${type}`);
        // One whose code cannot be had is drawn as missing: what waits for it goes on.
        const done = (): void => {
          this.#outbox.send({ type: "Loaded", types: [`${namespace}/${type}`] });
        };
        void loading.then(done, done);
      }
    }
    return types;
  }

  /** Sends Ready when all these components have loaded, or the tree was drawn without them. */
  waitFor(run: number, ids: readonly string[]): void {
    const ended = this.#ended;
    void Promise.all(ids.map((id) => this.#isReady(id))).then(() => {
      if (ended === this.#ended) this.#outbox.send({ type: "Ready", run });
    });
  }

  /** The engine has ended, and waits for nothing any more. */
  cut(): void {
    this.#ended += 1;
  }

  async #isReady(id: string): Promise<void> {
    const store = this.#engineMirror();
    const path = store.pathOf(id);
    const component = path && store.componentAt(path);
    const loading = component && loadingOf(component)?.catch(() => {});
    if (!loading) return;
    await Promise.race([loading, afterRendering().then(() => document.getElementById(id) && loading)]);
  }
}

function afterRendering(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
