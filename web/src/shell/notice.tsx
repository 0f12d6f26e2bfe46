/**
 * Notices at the edge of the page: Python has stopped, or (without developer tools) something has failed. Details are
 * in the console.
 */

import { languageOfTexts, translate } from "../browser/translation";
import { useHost } from "../contract/contexts";
import type { ErrorReport, ErrorState } from "../session/errors";

const maxLength = 300;

/** Python has stopped, and could not be started again. To try again loses nothing; a reload makes the page anew. */
export function StoppedNotice(): React.ReactElement | null {
  const { backEndConnected, retry } = useErrors();
  if (backEndConnected) return null;
  return (
    <div className="pyrt-notice" role="alert" {...languageOfTexts()}>
      <span>{translate("Python has stopped in this page: what needs it no longer answers.")}</span>
      {retry ? (
        <button type="button" className="pyrt-notice-action" onClick={retry}>
          {translate("Try again")}
        </button>
      ) : null}
      <button type="button" className="pyrt-notice-action" onClick={() => location.reload()}>
        {translate("Reload")}
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
    <div className="pyrt-notice" role="status" {...languageOfTexts()}>
      <span>
        {translate("{outputs} waits.", { outputs: outputsOf(wait.callback) })} {wait.reason}
      </span>
      <button type="button" aria-label={translate("Dismiss")} onClick={() => setDismissed(wait)}>
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
    <div className="pyrt-notice" role="status" {...languageOfTexts()}>
      <span>{describe(errors)}</span>
      <button type="button" aria-label={translate("Dismiss")} onClick={() => setDismissed(count)}>
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

/** What still works; the first line of the newest error, and how many there are. */
function describe(errors: readonly ErrorReport[]): string {
  if (errors.every(({ isUnreachable }) => isUnreachable))
    return translate("The server of this page cannot be reached. What does not need it still works.");
  const newest = errors.reduce((last, each) => (each.timestamp > last.timestamp ? each : last));
  const [line = ""] = newest.error.message.trim().split("\n");
  const shown = line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
  const more = errors.length > 1 ? ` ${translate("(and {count} more)", { count: errors.length - 1 })}` : "";
  return `${translate("Something went wrong. The rest of the page still works.")} ${shown}${more}`;
}

function useErrors(): ErrorState {
  const { errors } = useHost().page;
  return React.useSyncExternalStore(
    React.useCallback((listener: () => void) => errors.subscribe(listener), [errors]),
    () => errors.state,
  );
}
