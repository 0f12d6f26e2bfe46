/** The list of errors in the developer tools: front end, then back end, newest first. */

import type { ErrorContent, ErrorReport } from "../session/errors";

interface ListProps {
  readonly reports: readonly ErrorReport[];
  readonly isConnected: boolean;
  readonly onClose: () => void;
}

export function ErrorList({ reports, isConnected, onClose }: ListProps): React.ReactElement {
  return (
    <div className="dash-error-card dash-error-card--container">
      <div className="dash-error-card__topbar">
        <div className="dash-error-card__message">Errors{isConnected ? "" : " (Python has stopped)"}</div>
        <button type="button" className="dash-fe-error__icon-x" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </div>
      <div className="dash-error-card__list">
        {reports.map((report, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: as in Dash, what is open stays open at its place
          <ErrorItem key={index} report={report} />
        ))}
      </div>
    </div>
  );
}

function ErrorItem({ report }: { readonly report: ErrorReport }): React.ReactElement {
  const [isOpen, setOpen] = React.useState(false);
  const toggle = (): void => setOpen(!isOpen);
  return (
    <div className="dash-error-card__content">
      {/* biome-ignore lint/a11y/useSemanticElements: a button would centre and wrap its text otherwise */}
      <div
        className="dash-fe-error-item test-devtools-error-toggle"
        role="button"
        tabIndex={0}
        aria-expanded={isOpen}
        onClick={toggle}
        onKeyDown={(event) => event.key === "Enter" && toggle()}
      >
        <span className="dash-fe-error-top__group">
          <span className="dash-fe-error__title">{report.error.message || "Error"}</span>
        </span>
        <span className="dash-fe-error-top__group">
          <span className="dash-fe-error__timestamp">{report.timestamp.toLocaleTimeString()}</span>
          <span className={`dash-fe-error__collapse${isOpen ? "" : " dash-fe-error__collapse--flipped"}`}>⌃</span>
        </span>
      </div>
      {isOpen && <ErrorBody error={report.error} />}
    </div>
  );
}

/** From this length on (characters), the message is repeated in full below the title. */
const titleLength = 40;

function ErrorBody({ error: { message, stack, html } }: { readonly error: ErrorContent }): React.ReactElement {
  return (
    <div className="error-container">
      {message.length >= titleLength && (
        <div className="dash-fe-error__st">
          <div className="dash-fe-error__info dash-fe-error__curved">{message}</div>
        </div>
      )}
      {stack !== undefined && (
        <div className="dash-fe-error__st">
          <div className="dash-fe-error__info">
            <details>
              <summary>
                <i>This error comes from JavaScript. Open this for its stack, or see the console of the browser.</i>
              </summary>
              <pre>{stack}</pre>
            </details>
          </div>
        </div>
      )}
      {html !== undefined && (
        <div className="dash-be-error__str">
          <div className="dash-backend-error">
            <pre>{html}</pre>
          </div>
        </div>
      )}
    </div>
  );
}
