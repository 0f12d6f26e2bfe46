/** `window.dash_component_api`: the functions that component bundles call. */

import { formatId } from "../mirror/ids";
import type { Page } from "../session/page";
import type { Path } from "../wire/json";
import type { ComponentId } from "../wire/protocol";
import { contexts } from "./contexts";

/** Must run before the first bundle is evaluated: dcc reads `DashContext` then. */
export function installComponentApi(getPage: () => Page | undefined, ExternalWrapper: unknown): void {
  const host = window as unknown as { dash_component_api?: object };
  host.dash_component_api = Object.assign(host.dash_component_api ?? {}, {
    DashContext: contexts().dash,
    useDashContext: () => React.useContext(contexts().dash),
    ExternalWrapper,
    getLayout: (address: ComponentId | Path) => getLayout(getPage(), address),
    stringifyId: formatId,
    devtool: {
      DevtoolContext: contexts().devtool,
      useDevtool: () => React.useContext(contexts().devtool),
      useDevtoolMenuButtonClassName,
    },
  });
  // Dash's own benchmarks read this: milliseconds, as text.
  Object.defineProperty(host.dash_component_api, "callbackGraphTime", {
    get: () => getPage()?.callbacks.time.toFixed(2),
    configurable: true,
  });
}

function getLayout(page: Page | undefined, address: ComponentId | Path): unknown {
  if (!page) return undefined;
  const path = Array.isArray(address) ? (address as Path) : page.store.pathOf(address as ComponentId);
  return path && page.store.getAt(path);
}

function useDevtoolMenuButtonClassName(name: string): string {
  const { popup } = React.useContext(contexts().devtool);
  return `dash-debug-menu__button${popup === name ? " dash-debug-menu__button--selected" : ""}`;
}
