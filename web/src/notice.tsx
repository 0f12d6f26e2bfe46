/** Outside of debugging, an error of the app is an unobtrusive line at the edge; its text is in the console. */

import { useHost } from "./contexts";

export function Notice(): React.ReactElement | null {
  const { page } = useHost();
  const { frontEnd, backEnd } = React.useSyncExternalStore(
    React.useCallback((listener: () => void) => page.errors.subscribe(listener), [page]),
    () => page.errors.state,
  );
  const [dismissed, setDismissed] = React.useState(0);
  const count = [...frontEnd, ...backEnd].filter(({ isAdvice }) => !isAdvice).length;
  if (count <= dismissed) return null;
  return (
    <div className="pyrt-notice" role="status">
      <span>Something went wrong. The rest of the page goes on working.</span>
      <button type="button" aria-label="Dismiss" onClick={() => setDismissed(count)}>
        ×
      </button>
    </div>
  );
}
