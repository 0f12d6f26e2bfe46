/** What a page with `<pyrt-app>` and the app in its frame say to each other by `postMessage` (docs/embedding.md). */

/** The name of a frame whose app shows its first frame only, until the host page says `start`. */
export const heldName = "pyrt:held";

/** Every message has `pyrtApp: 1`: the version. */
interface Marked {
  readonly pyrtApp: 1;
}

export type Id = string | Readonly<Record<string, unknown>>;

export type AppState = "held" | "starting" | "ready" | "failed";

export type Request =
  | { readonly type: "get"; readonly id: Id; readonly prop: string }
  | { readonly type: "set"; readonly id: Id; readonly props: Readonly<Record<string, unknown>> }
  | { readonly type: "observe"; readonly id: Id; readonly prop: string };

export type HostMessage = Marked &
  (
    | { readonly type: "start" }
    /** The app tells the height of its content, from now on. */
    | { readonly type: "measure" }
    | (Request & { readonly request: number })
    /** Ends the observation that this request has begun. */
    | { readonly type: "unobserve"; readonly request: number }
  );

export type AppMessage = Marked &
  (
    | { readonly type: "state"; readonly state: AppState; readonly message?: string }
    /** In CSS pixels. */
    | { readonly type: "height"; readonly height: number }
    | { readonly type: "answer" | "changed"; readonly request: number; readonly value: unknown }
    /** `value` says why, for the author of the host page. */
    | { readonly type: "refused"; readonly request: number; readonly value: string }
  );

export type Props = Readonly<Record<string, unknown>>;
export type Listener = (value: unknown) => void;

/** What the element has from the moment when it is put into a page. */
export interface AppApi {
  /** Fulfilled when callbacks are answered; rejected when the start fails, or the element is removed. */
  readonly ready: Promise<unknown>;
  /** The value of a prop. */
  get(id: Id, prop: string): Promise<unknown>;
  /** Sets props as a user would: callbacks that read them are called. */
  set(id: Id, props: Props): Promise<unknown>;
  /** Calls `listener` with the value, and with each further one. Gives what ends that. */
  observe(id: Id, prop: string, listener: Listener): Promise<() => void>;
}
