/** The undo and redo buttons of `show_undo_redo` (S-169), in Dash's markup, so that apps can style them. */

import { useHost } from "../contract/contexts";
import { onActivationKey } from "../devtools/keyboard";

export function Toolbar(): React.ReactElement {
  const { page } = useHost();
  const { past, future } = React.useSyncExternalStore(
    React.useCallback((listener: () => void) => page.history.subscribe(listener), [page]),
    () => page.history.state,
  );
  return (
    <div className="_dash-undo-redo">
      <div>
        {past.length > 0 && <Button name="undo" sign="↺" onClick={() => page.undo()} />}
        {future.length > 0 && <Button name="redo" sign="↻" onClick={() => page.redo()} />}
      </div>
    </div>
  );
}

interface ButtonProps {
  readonly name: "undo" | "redo";
  readonly sign: string;
  readonly onClick: () => void;
}

function Button({ name, sign, onClick }: ButtonProps): React.ReactElement {
  return (
    // biome-ignore lint/a11y/useSemanticElements: apps and tests know these as spans
    <span
      className="_dash-undo-redo-link"
      role="button"
      tabIndex={0}
      onClick={onClick}
      onKeyDown={onActivationKey(onClick)}
    >
      <div className={`_dash-icon-${name}`} aria-hidden="true">
        {sign}
      </div>
      <div className="_dash-undo-redo-label">{name}</div>
    </span>
  );
}
