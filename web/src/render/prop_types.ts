/**
 * Checks a component's props against its `propTypes`, for developers (`props_check`). Throws during rendering, so
 * that the error is reported like other errors of components.
 */

import type { ComponentClass } from "../mirror/component_classes";
import { isComponent } from "../mirror/tree";
import { type Dictionary, isDictionary } from "../wire/json";

/** The secret that `prop-types` requires from direct callers. */
const secret = "SECRET_DO_NOT_PASS_THIS_OR_YOU_WILL_BE_FIRED";

interface CheckedComponentProps {
  readonly type: string;
  readonly found: ComponentClass;
  readonly props: Dictionary;
  /** `children` as they are in the layout. */
  readonly content: unknown;
  readonly children?: React.ReactNode;
}

export function CheckedComponent({ type, found, props, content, children }: CheckedComponentProps): React.ReactNode {
  checkChildren(content);
  const problems = Object.entries(found.propTypes ?? {}).flatMap(([name, check]) => {
    const problem = runCheck(() => check(props, name, found, "component prop", null, secret));
    return problem ? [`Failed component prop type: ${problem.message}`] : [];
  });
  if (problems.length > 0) throw new Error(explain(problems.join("\n\n"), props, type));
  return children;
}

/** Two mistakes that React reports without naming the component (R-31). */
function checkChildren(children: unknown): void {
  const items = Array.isArray(children) ? children : [children];
  const list = items.find((item) => Array.isArray(item) && item.flat().some(isDictionary));
  if (list) {
    throw new Error(
      "`children` is one flat list, but this component has a list within it. Put the items of the inner list in its " +
        `place: ${JSON.stringify(list, null, 2)}`,
    );
  }
  const invalid = items.find((item) => isDictionary(item) && !isComponent(item));
  if (invalid) {
    throw new Error(
      "`children` holds components, strings and numbers, but this component has another object there: " +
        JSON.stringify(invalid, null, 2),
    );
  }
}

/** A check may also fail by throwing. */
function runCheck(check: () => Error | null): Error | null {
  try {
    return check();
  } catch (error) {
    return error as Error;
  }
}

/** The message of `prop-types` contains the component's source; only the useful part is kept. */
function explain(message: string, props: Dictionary, type: string): string {
  const withId = props.id ? ` with ID "${props.id}"` : "";
  const name = message.split("`")[1] ?? "";
  if (message.includes("is marked as required")) {
    return `${name} in ${type}${withId} is required but it was not provided.`;
  }
  if (message.includes("Bad object")) {
    const [start] = message.split("supplied to ");
    return `${start}supplied to ${type}.\nBad${message.split(".\nBad")[1] ?? ""}`;
  }
  if (!message.includes("Invalid ") || !message.includes(" supplied to ")) return message;
  return [
    `Invalid argument \`${name}\` passed into ${type}${withId}.`,
    ...after(message, ", expected ", (expected) => `Expected ${expected}`),
    ...after(message, " of type `", (rest) => `Was supplied type \`${rest.split("`")[0]}\`.`),
    ...describeValue(props, name),
  ].join("\n");
}

function after(message: string, mark: string, say: (rest: string) => string): string[] {
  const rest = message.split(mark)[1];
  return rest === undefined ? [] : [say(rest)];
}

function describeValue(props: Dictionary, name: string): string[] {
  const text = isDictionary(props) && name in props ? JSON.stringify(props[name], null, 2) : undefined;
  if (!text) return [];
  return [`Value provided: ${text.includes("\n") ? "\n" : ""}${text}`];
}
