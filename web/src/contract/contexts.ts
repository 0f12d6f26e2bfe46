/**
 * The React contexts of the page. React is a global that is loaded after this script has started, because the worker
 * is started first. No module may use it while it is evaluated, so contexts are created at their first use.
 */

import type { LoadingEntry } from "../session/activity";
import type { Page } from "../session/page";
import type { Path } from "../wire/json";
import type { ReduxStore } from "./redux";

/** What all rendered components share. */
export interface Host {
  readonly page: Page;
  readonly redux: ReduxStore;
}

export interface LoadingOptions {
  readonly extraPath?: Path;
  readonly rawPath?: Path;
  readonly filterFunc?: (entry: LoadingEntry) => boolean;
}

/** The value of `useDashContext()`. */
export interface DashContextValue {
  readonly componentPath: Path;
  readonly isLoading: (options?: LoadingOptions) => boolean;
  readonly useLoading: (options?: LoadingOptions) => boolean;
  readonly useSelector: <T>(select: (state: unknown) => T, isEqual?: (left: T, right: T) => boolean) => T;
  readonly useStore: () => ReduxStore;
  readonly useDispatch: () => ReduxStore["dispatch"];
}

/** Which popup of the developer tools is open. */
export interface DevtoolValue {
  readonly popup: string | null;
  readonly setPopup: (popup: string | null) => void;
}

interface Contexts {
  readonly host: React.Context<Host | undefined>;
  readonly dash: React.Context<DashContextValue>;
  readonly devtool: React.Context<DevtoolValue>;
}

let known: Contexts | undefined;

export function contexts(): Contexts {
  known ??= {
    host: React.createContext<Host | undefined>(undefined),
    dash: React.createContext({} as DashContextValue),
    devtool: React.createContext<DevtoolValue>({ popup: null, setPopup: () => {} }),
  };
  return known;
}

export function useHost(): Host {
  const host = React.useContext(contexts().host);
  if (!host) throw new Error("A component of pyrt was drawn outside of the page.");
  return host;
}
