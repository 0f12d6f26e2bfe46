/** Files of the page that could not be had or run, for the messages of what needs them. */

import type { FileFailure } from "./attempts";

const failures = new Map<string, string>();

/** Returns false if the file is known already. */
export function noteFailedFile({ file, message }: Pick<FileFailure, "file" | "message">): boolean {
  if (failures.has(file)) return false;
  failures.set(file, message);
  return true;
}

/** The message of a file that is known to have failed. */
export function failureOf(file: string): string | undefined {
  return failures.get(file);
}

/** One line for each script; empty if all were loaded. */
export function describeFailedFiles(): string {
  return [...failures].flatMap(([file, message]) => (/\.m?js$/.test(file) ? [message] : [])).join("\n");
}

/** For tests. */
export function forgetFailedFiles(): void {
  failures.clear();
}
