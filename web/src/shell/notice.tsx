/**
 * What users of an app are told at the edge of the page: that Python has stopped, and, outside of debugging, that
 * something failed, unobtrusively; its text is in the console.
 */

import { useHost } from "../contract/contexts";
import type { ErrorState } from "../session/errors";

const failed = "Something went wrong. The rest of the page goes on working.";
const unreachable = "The server of this page cannot be reached. What does not need it goes on working.";
const stopped = "Python has stopped in this page: what needs it no longer answers.";

/** Python cannot be had back in a page; a new one has it in a moment, and what is kept in the browser is kept. */
export function StoppedNotice(): React.ReactElement | null {
  const { backEndConnected } = useErrors();
  if (backEndConnected) return null;
  return (
    <div className="pyrt-notice" role="alert">
      <span>{stopped}</span>
      <button type="button" className="pyrt-notice-action" onClick={() => location.reload()}>
        Reload
      </button>
    </div>
  );
}

export function Notice(): React.ReactElement | null {
  const { frontEnd, backEnd, backEndConnected } = useErrors();
  const [dismissed, setDismissed] = React.useState(0);
  const errors = [...frontEnd, ...backEnd].filter(({ isAdvice }) => !isAdvice);
  const count = errors.length;
  if (count <= dismissed || !backEndConnected) return null;
  return (
    <div className="pyrt-notice" role="status">
      <span>{errors.every(({ isUnreachable }) => isUnreachable) ? unreachable : failed}</span>
      <button type="button" aria-label="Dismiss" onClick={() => setDismissed(count)}>
        ×
      </button>
    </div>
  );
}

function useErrors(): ErrorState {
  const { errors } = useHost().page;
  return React.useSyncExternalStore(
    React.useCallback((listener: () => void) => errors.subscribe(listener), [errors]),
    () => errors.state,
  );
}
