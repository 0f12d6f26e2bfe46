/** What messages carry: data that Python writes or reads as JSON of these shapes. */

import type { Dictionary } from "./json";

/** A component as data. `props` may hold `children` and everything the app has set. */
export interface DryComponent {
  readonly type: string;
  readonly namespace: string;
  readonly props: Dictionary;
}

export type ComponentId = string | Dictionary;

export interface PropReference {
  readonly id: ComponentId;
  readonly property: string;
  /** The value to use in place of the page's own, in a list; empty for undefined. */
  readonly before?: readonly unknown[];
}

/** One dependency of a callback: a property, or the list of those that a wildcard matched. */
export type Dependency = PropReference | readonly PropReference[];

export type ResultEntry = { readonly value?: unknown } | { readonly noUpdate: true };

export interface Location {
  readonly href: string;
  readonly origin: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

/** Props by stringified id, as in S-54. */
export type PropsById = Readonly<Record<string, Dictionary>>;

export interface Resource {
  readonly src: string;
  readonly type?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Set for callbacks that the page may call by itself: see local.ts. `outputs` in the shape of S-50. */
export interface LocalSpec {
  readonly index: number;
  readonly order: number;
  readonly outputs: PropReference | readonly PropReference[];
}

export interface CallbackSpec {
  readonly output: string;
  /** The Python function, with file and line. */
  readonly name?: string;
  readonly inputs: readonly PropReference[];
  readonly state: readonly PropReference[];
  readonly outputs?: readonly PropReference[];
  readonly clientside_function?: { readonly namespace: string; readonly function_name: string } | null;
  readonly hidden?: boolean;
  readonly persistent?: boolean;
  readonly no_output?: boolean;
  readonly local?: LocalSpec;
}

/** What Dash puts in `_dash-config`; only the keys the page reads are named. */
export interface Config extends Dictionary {
  readonly ui?: boolean;
  readonly props_check?: boolean;
  readonly show_undo_redo?: boolean;
  readonly suppress_callback_exceptions?: boolean;
  readonly update_title?: string | null;
  readonly dash_version?: string;
  readonly requests_pathname_prefix?: string;
}

export type ChildrenProps = Readonly<Record<string, Readonly<Record<string, readonly string[] | null>>>>;

/** The source of an inline clientside callback, and its sha256. */
export interface InlineScript {
  readonly hash: string;
  readonly source: string;
}

export interface WorkerChange {
  readonly id: string;
  readonly props: Dictionary;
  readonly kept?: readonly string[];
}

/** The body that Dash posts to `_dash-update-component` (S-50). */
export interface CallbackRequest extends Dictionary {
  readonly output: string;
  readonly outputs?: unknown;
  readonly inputs: readonly unknown[];
  readonly changedPropIds: readonly string[];
  readonly parsedChangedPropsIds: readonly unknown[];
  readonly state?: readonly unknown[];
}

/** A concrete prop: ids are stringified. */
export interface PropKey {
  readonly id: string;
  readonly property: string;
}

/** The outputs of a callback in the shape of S-50: one for a single output, a list for several. */
export type Outputs = Dependency | readonly Dependency[];

export interface ClientsideFunction {
  readonly namespace: string;
  readonly name: string;
}

export interface ClientsideError {
  readonly message: string;
  readonly stack: string;
}

export interface Trigger {
  readonly propId: string;
}

export interface RemoteError {
  readonly message: string;
  readonly traceback?: string;
  readonly type?: string;
}
