/** Background callbacks of an app that runs again: each run has a pool of job workers of its own. */

import type { Executor } from "../session/remote_calls";

/** Passes calls on to the pool of the moment. */
export function newestOf(pool: () => Executor): Executor {
  return {
    call: (call, report) => pool().call(call, report),
    end: (run) => pool().end(run),
  };
}
