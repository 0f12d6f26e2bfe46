/** Renders a component that is data in another component's prop, at a path that the caller chooses. */

import { useHost } from "../contract/contexts";
import type { Path } from "../wire/json";
import type { DryComponent } from "../wire/protocol";
import { Node } from "./node";

interface ExternalProps {
  readonly component: DryComponent;
  readonly componentPath: Path;
  /** Whether to remove it from the layout on unmount. */
  readonly temp?: boolean;
}

export function ExternalWrapper({ component, componentPath, temp = false }: ExternalProps): React.ReactElement | null {
  const { page } = useHost();
  const [isInserted, setInserted] = React.useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: inserted once; what changes later are its props
  React.useEffect(() => {
    page.insert(componentPath, component);
    setInserted(true);
    return () => {
      if (temp) page.removeExternal(componentPath);
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address alone changes nothing
  React.useEffect(() => page.updateExternal(componentPath, component.props), [component.props]);
  return isInserted ? <Node componentPath={componentPath} /> : null;
}
