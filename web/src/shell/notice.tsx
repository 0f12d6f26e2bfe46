/**
 * Notices at the edge of the page: Python has stopped, or (without developer tools) something has failed. Details are
 * in the console.
 */

import { useHost } from "../contract/contexts";
import type { ErrorReport, ErrorState } from "../session/errors";

const failed = "Something went wrong. The rest of the page still works.";
const maxLength = 300;
const unreachable = "The server of this page cannot be reached. What does not need it still works.";
const stopped = "Python has stopped in this page: what needs it no longer answers.";

/** Python has stopped, and could not be started again. To try again loses nothing; a reload makes the page anew. */
export function StoppedNotice(): React.ReactElement | null {
  const { backEndConnected, retry } = useErrors();
  if (backEndConnected) return null;
  return (
    <div className="pyrt-notice" role="alert" lang="en">
      <span>{stopped}</span>
      {retry ? (
        <button type="button" className="pyrt-notice-action" onClick={retry}>
          Try again
        </button>
      ) : null}
      <button type="button" className="pyrt-notice-action" onClick={() => location.reload()}>
        Reload
      </button>
    </div>
  );
}

/** A background callback waits on the server: its worker was lost, none is free, or no answer comes. */
export function WaitNotice(): React.ReactElement | null {
  const { remote } = useHost().page;
  const waiting = React.useSyncExternalStore(
    React.useCallback((listener: () => void) => remote.subscribe(listener), [remote]),
    () => remote.waiting,
  );
  const [dismissed, setDismissed] = React.useState<unknown>(undefined);
  const [wait] = waiting;
  if (!wait || wait === dismissed) return null;
  return (
    <div className="pyrt-notice" role="status" lang="en">
      <span>
        {outputsOf(wait.callback)} waits. {wait.reason}
      </span>
      <button type="button" aria-label="Dismiss" onClick={() => setDismissed(wait)}>
        ×
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
    <div className="pyrt-notice" role="status" lang="en">
      <span>{errors.every(({ isUnreachable }) => isUnreachable) ? unreachable : `${failed} ${describe(errors)}`}</span>
      <button type="button" aria-label="Dismiss" onClick={() => setDismissed(count)}>
        ×
      </button>
    </div>
  );
}

/** The outputs in Dash's name of a callback: `..a.children...b.title..` */
function outputsOf(callback: string): string {
  return callback
    .replace(/^\.\.|\.\.$/g, "")
    .split("...")
    .join(", ");
}

/** The first line of the newest error, and how many there are. */
function describe(errors: readonly ErrorReport[]): string {
  const newest = errors.reduce((last, each) => (each.timestamp > last.timestamp ? each : last));
  const [line = ""] = newest.error.message.trim().split("\n");
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return `${line.length > maxLength ? `${line.slice(0, maxLength)}…` : line}${more}`;
}

function useErrors(): ErrorState {
  const { errors } = useHost().page;
  return React.useSyncExternalStore(
    React.useCallback((listener: () => void) => errors.subscribe(listener), [errors]),
    () => errors.state,
  );
}
