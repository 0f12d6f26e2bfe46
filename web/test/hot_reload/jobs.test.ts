/** Background callbacks of an app that runs again. */

import { expect, it } from "vitest";
import { newestOf } from "../../src/hot_reload/jobs";
import type { Executor } from "../../src/session/remote_calls";

const call = { run: 1 } as never;

function pool(name: string, done: string[]): Executor {
  return { call: () => void done.push(`${name} call`), end: () => void done.push(`${name} end`) };
}

it("each call goes to the pool of the moment", () => {
  const done: string[] = [];
  let current = pool("old", done);
  const executor = newestOf(() => current);
  executor.call(call, () => {});
  current = pool("new", done);
  executor.call(call, () => {});
  executor.end(1);
  expect(done).toEqual(["old call", "new call", "new end"]);
});
