/** The list of errors in the developer tools: front end, then back end, newest first. */

import type { ErrorContent, ErrorReport } from "../session/errors";
import { onActivationKey } from "./keyboard";

interface ListProps {
  readonly reports: readonly ErrorReport[];
  readonly isConnected: boolean;
  readonly onClose: () => void;
}

export function ErrorList({ reports, isConnected, onClose }: ListProps): React.ReactElement {
  const title = isConnected ? "Errors" : "Errors (Python has stopped)";
  const message = <div className="dash-error-card__message">{title}</div>;
  return (
    <div className="dash-error-card dash-error-card--container">
      <div className="dash-error-card__topbar">
        {message}
        <button type="button" className="dash-fe-error__icon-x" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </div>
      <div className="dash-error-card__list" role="log" aria-label="Errors">
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
        className="test-devtools-error-toggle dash-fe-error-item"
        role="button"
        tabIndex={0}
        aria-expanded={isOpen}
        onClick={toggle}
        onKeyDown={onActivationKey(toggle)}
      >
        <Group>
          <span className="dash-fe-error__title">{report.error.message || "Error"}</span>
        </Group>
        <Group>
          <span className="dash-fe-error__timestamp">{report.timestamp.toLocaleTimeString()}</span>
          <span
            className={`dash-fe-error__collapse${isOpen ? "" : " dash-fe-error__collapse--flipped"}`}
            aria-hidden="true"
          >
            ⌃
          </span>
        </Group>
      </div>
      {isOpen && <ErrorBody error={report.error} />}
    </div>
  );
}

interface ParentProps {
  readonly children: React.ReactNode;
}

/** The left or the right part of an item's first line. */
function Group({ children }: ParentProps): React.ReactElement {
  return <span className="dash-fe-error-top__group">{children}</span>;
}

/** From this length on (characters), the message is repeated in full below the title. */
const titleLength = 40;

function ErrorBody({ error: { message, stack, html } }: { readonly error: ErrorContent }): React.ReactElement {
  return (
    <div className="error-container">
      {message.length >= titleLength && (
        <Section>
          <div className="dash-fe-error__info dash-fe-error__curved">{message}</div>
        </Section>
      )}
      {stack !== undefined && (
        <Section>
          <div className="dash-fe-error__info">
            <details>
              <summary>
                <i>JavaScript raised this error. Open this for its stack, or see the console of the browser.</i>
              </summary>
              <pre>{stack}</pre>
            </details>
          </div>
        </Section>
      )}
      {html !== undefined && (
        <div className="dash-be-error__str">
          <Traceback text={html} />
        </div>
      )}
    </div>
  );
}

function Section({ children }: ParentProps): React.ReactElement {
  return <div className="dash-fe-error__st">{children}</div>;
}

function Traceback({ text }: { readonly text: string }): React.ReactElement {
  return (
    <div className="dash-backend-error">
      <pre>{text}</pre>
    </div>
  );
}
