/** The root component: the layout, and what the page itself shows around it. */

import { contexts, type Host, useHost } from "../contract/contexts";
import { DevTools } from "../devtools/devtools";
import { isComponent } from "../mirror/tree";
import { getErrorBoundary } from "../render/error_boundary";
import { Node } from "../render/node";
import type { Path } from "../wire/json";
import { Notice, StoppedNotice, WaitNotice } from "./notice";
import { Toolbar } from "./toolbar";

export function App({ host }: { readonly host: Host }): React.ReactElement {
  const { config } = host.page;
  return React.createElement(
    contexts().host.Provider,
    { value: host },
    config.show_undo_redo ? <Toolbar /> : null,
    config.ui ? (
      <DevTools>
        <Layout />
      </DevTools>
    ) : (
      <>
        <Layout />
        <Notice />
      </>
    ),
    <StoppedNotice />,
    <WaitNotice />,
    <BusyMark />,
  );
}

/** One component, or a list of components and texts. A new layout mounts all components again. */
function Layout(): React.ReactElement {
  const { page } = useHost();
  const { store } = page;
  const version = React.useSyncExternalStore(
    React.useCallback((listener: () => void) => store.subscribeLayout(listener), [store]),
    () => store.layoutVersion,
  );
  const { components } = store.root;
  if (components === undefined) return <div className="_dash-loading">Loading...</div>;
  const items = Array.isArray(components) ? components : [components];
  const nodes = items.map((item: unknown, index) => {
    if (!isComponent(item)) return item as React.ReactNode;
    const path: Path = Array.isArray(components) ? ["components", index] : ["components"];
    // biome-ignore lint/suspicious/noArrayIndexKey: items of a layout never move, they are replaced together
    return <Node key={index} componentPath={path} />;
  });
  const Boundary = getErrorBoundary();
  return (
    <Boundary key={version} page={page} componentId={undefined}>
      {React.createElement(React.Fragment, null, ...nodes)}
    </Boundary>
  );
}

/** Dash's element that marks a busy page; apps style it. */
function BusyMark(): React.ReactElement | null {
  const { activity } = useHost().page;
  const isBusy = React.useSyncExternalStore(
    React.useCallback((listener: () => void) => activity.subscribe(listener), [activity]),
    () => activity.isBusy,
  );
  return isBusy ? <div className="_dash-loading-callback" /> : null;
}
