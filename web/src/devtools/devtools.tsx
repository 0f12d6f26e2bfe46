/**
 * The developer tools: a bar at the lower edge, above it the list of errors or the callback graph. Classes and ids
 * are Dash's, because hooks and tests use them.
 */

import { contexts, type DevtoolValue, useHost } from "../contract/contexts";
import { CallbackGraph } from "./callback_graph";
import { ErrorList } from "./error_list";
import { MenuContent } from "./menu";

const collapsedKey = "dash_debug_menu_collapsed";

export function DevTools({ children }: { readonly children: React.ReactNode }): React.ReactElement {
  const [popup, setPopup] = React.useState<string | null>(null);
  const value = React.useMemo<DevtoolValue>(() => ({ popup, setPopup }), [popup]);
  return React.createElement(
    contexts().devtool.Provider,
    { value },
    <div id="_dash-global-error-container">
      <div>
        <DebugMenu />
        <div id="_dash-app-content">{children}</div>
      </div>
    </div>,
  );
}

function DebugMenu(): React.ReactElement {
  const { page } = useHost();
  const { popup, setPopup } = React.useContext(contexts().devtool);
  const [isCollapsed, setCollapsed] = React.useState(readCollapsed);
  const errors = React.useSyncExternalStore(
    React.useCallback((listener: () => void) => page.errors.subscribe(listener), [page]),
    () => page.errors.state,
  );
  const reports = [...errors.frontEnd, ...errors.backEnd];
  // Each new error opens the list, even if it was closed before.
  React.useEffect(() => {
    if (reports.length > 0) setPopup("errors");
  }, [reports.length, setPopup]);
  const toggle = (name: string): void => setPopup(popup === name ? null : name);
  const toggleCollapsed = (): void => {
    setCollapsed(!isCollapsed);
    keepCollapsed(!isCollapsed);
  };
  const state = isCollapsed ? "collapsed" : "expanded";
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element is Dash's
    <div
      className={`dash-debug-menu__outer dash-debug-menu__outer--${state}`}
      role="region"
      aria-label="Developer tools"
    >
      <div className="dash-debug-menu__popup">
        {popup === "callbackGraph" && <CallbackGraph />}
        {popup === "errors" && reports.length > 0 && (
          <ErrorList reports={reports} isConnected={errors.backEndConnected} onClose={() => toggle("errors")} />
        )}
      </div>
      {!isCollapsed && <MenuContent popup={popup} errorCount={reports.length} toggle={toggle} />}
      <button
        type="button"
        className={`dash-debug-menu__toggle dash-debug-menu__toggle--${state}`}
        aria-expanded={!isCollapsed}
        aria-label={isCollapsed ? "Show the developer tools" : "Hide the developer tools"}
        onClick={toggleCollapsed}
      >
        <span aria-hidden="true">‹</span>
        {reports.length > 0 && isCollapsed && <div className="dash-debug-menu__error-indicator" />}
      </button>
    </div>
  );
}

function readCollapsed(): boolean {
  try {
    return localStorage.getItem(collapsedKey) === "true";
  } catch {
    return false; // storage may be forbidden
  }
}

function keepCollapsed(isCollapsed: boolean): void {
  try {
    localStorage.setItem(collapsedKey, String(isCollapsed));
  } catch {
    // Storage may be forbidden; then the state is not kept.
  }
}
