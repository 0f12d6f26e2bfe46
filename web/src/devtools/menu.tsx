/** The bar of the developer tools: buttons, version, and the tools added by `dash.hooks.devtool`. */

import { useHost } from "../contract/contexts";
import { ExternalWrapper } from "../render/external_wrapper";
import type { DryComponent } from "../wire/protocol";

interface MenuProps {
  readonly popup: string | null;
  readonly errorCount: number;
  readonly toggle: (popup: string) => void;
}

type Devtool = DryComponent & { readonly position?: string };

export function MenuContent({ popup, errorCount, toggle }: MenuProps): React.ReactElement {
  const { page } = useHost();
  const tools = (page.config.dev_tools as readonly Devtool[] | undefined) ?? [];
  return (
    <div className="dash-debug-menu__content">
      <CustomTools tools={tools} position="left" />
      <button
        type="button"
        id="dash-debug-menu__errors-button"
        className={buttonClass(popup === "errors")}
        aria-expanded={popup === "errors"}
        onClick={() => toggle("errors")}
      >
        Errors
        {errorCount > 0 && <span className="dash-debug-menu__error-count test-devtools-error-count">{errorCount}</span>}
      </button>
      <button
        type="button"
        id="dash-debug-menu__callback-graph-button"
        className={buttonClass(popup === "callbackGraph")}
        aria-expanded={popup === "callbackGraph"}
        onClick={() => toggle("callbackGraph")}
      >
        Callbacks
      </button>
      <div className="dash-debug-menu__divider" />
      <div className="dash-debug-menu__version">
        <span>v{page.config.dash_version}</span>
      </div>
      <div className="dash-debug-menu__divider" />
      <Connection />
      <CustomTools tools={tools} position="right" />
      <div className="dash-debug-menu__divider" />
    </div>
  );
}

/** Dash shows the state of its server here; pyrt shows that of the worker. */
function Connection(): React.ReactElement {
  const { page } = useHost();
  const { backEndConnected } = page.errors.state;
  const state = backEndConnected ? "available" : "unavailable";
  return (
    <div className={`dash-debug-menu__status dash-debug-menu__button--${state}`}>
      Python{" "}
      <span role="img" aria-label={state}>
        {backEndConnected ? "✓" : "✗"}
      </span>
    </div>
  );
}

interface CustomProps {
  readonly tools: readonly Devtool[];
  readonly position: "left" | "right";
}

function CustomTools({ tools, position }: CustomProps): React.ReactElement {
  const items = tools.map((tool, index) => {
    if ((tool.position === "left" ? "left" : "right") !== position) return null;
    const key = typeof tool.props.id === "string" ? tool.props.id : index;
    return <ExternalWrapper key={key} component={tool} componentPath={["__dash_devtools", index]} />;
  });
  return <>{items}</>;
}

function buttonClass(isSelected: boolean): string {
  return `dash-debug-menu__button${isSelected ? " dash-debug-menu__button--selected" : ""}`;
}
