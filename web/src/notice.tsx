/** Outside of debugging, an error of the app is an unobtrusive line at the edge; its text is in the console. */

import { useHost } from "./contexts";

const failed = "Something went wrong. The rest of the page goes on working.";
const unanswered = "The server of this page cannot be reached. What does not need it goes on working.";

export function Notice(): React.ReactElement | null {
  const { page } = useHost();
  const { frontEnd, backEnd } = React.useSyncExternalStore(
    React.useCallback((listener: () => void) => page.errors.subscribe(listener), [page]),
    () => page.errors.state,
  );
  const [dismissed, setDismissed] = React.useState(0);
  const errors = [...frontEnd, ...backEnd].filter(({ isAdvice }) => !isAdvice);
  const count = errors.length;
  if (count <= dismissed) return null;
  return (
    <div className="pyrt-notice" role="status">
      <span>{errors.every(({ isUnanswered }) => isUnanswered) ? unanswered : failed}</span>
      <button type="button" aria-label="Dismiss" onClick={() => setDismissed(count)}>
        ×
      </button>
    </div>
  );
}
