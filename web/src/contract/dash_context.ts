/** The Dash context of each component. */

import { formatPath } from "../mirror/store";
import type { Path } from "../wire/json";
import type { DashContextValue, Host, LoadingOptions } from "./contexts";
import type { ReduxStore } from "./redux";

/** The context value of the component at `componentPath`. */
export function makeContextValue({ page, redux }: Host, componentPath: Path): DashContextValue {
  const keyOf = ({ extraPath, rawPath }: LoadingOptions): string =>
    formatPath(extraPath ? [...componentPath, ...extraPath] : (rawPath ?? componentPath));
  const isLoading = (options: LoadingOptions = {}): boolean => {
    const entries = page.activity.loadingAt(keyOf(options));
    return options.filterFunc ? entries.some(options.filterFunc) : entries.length > 0;
  };
  return {
    componentPath,
    isLoading,
    useLoading: (options = {}) => {
      const key = keyOf(options);
      const subscribe = React.useCallback((listener: () => void) => page.activity.subscribeAt(key, listener), [key]);
      return React.useSyncExternalStore(subscribe, () => isLoading(options));
    },
    useSelector: (select, isEqual = Object.is) => useSelector(redux, select, isEqual),
    useStore: () => redux,
    useDispatch: () => redux.dispatch,
  };
}

/** The selected part of the state. Returns the previous value while it is equal. */
export function useSelector<T>(
  redux: ReduxStore,
  select: (state: unknown) => T,
  isEqual: (left: T, right: T) => boolean = Object.is,
): T {
  const last = React.useRef<{ value: T }>();
  return React.useSyncExternalStore(redux.subscribe, () => {
    const value = select(redux.getState());
    if (!last.current || !isEqual(last.current.value, value)) last.current = { value };
    return last.current.value;
  });
}
