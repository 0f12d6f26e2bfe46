/** Catches errors of a component while it renders: reports them and shows the last content that worked. */

import { messageOf } from "../files/reasons";
import type { Page } from "../session/page";
import { missingBox } from "./missing";

interface BoundaryProps {
  readonly page: Page;
  readonly componentId: string | undefined;
  readonly children: React.ReactElement;
}

interface BoundaryState {
  readonly hasError: boolean;
  /** The content that failed. Other content is tried again. */
  readonly failed: React.ReactElement | undefined;
}

let known: React.ComponentClass<BoundaryProps> | undefined;

/** The class, created at its first use because React is loaded later. */
export function getErrorBoundary(): React.ComponentClass<BoundaryProps> {
  known ??= defineErrorBoundary();
  return known;
}

function defineErrorBoundary(): React.ComponentClass<BoundaryProps> {
  return class ErrorBoundary extends React.Component<BoundaryProps, BoundaryState> {
    override state: BoundaryState = { hasError: false, failed: undefined };
    #lastGood: React.ReactElement | undefined;
    #shown: React.ReactElement | undefined;
    #reported: string | undefined;

    static getDerivedStateFromError(): Partial<BoundaryState> {
      return { hasError: true };
    }

    static getDerivedStateFromProps({ children }: BoundaryProps, state: BoundaryState): BoundaryState | null {
      if (!state.hasError || state.failed === children) return null;
      return state.failed ? { hasError: false, failed: undefined } : { hasError: true, failed: children };
    }

    override componentDidMount(): void {
      this.#keep();
    }

    override componentDidUpdate(): void {
      this.#keep();
    }

    override componentDidCatch(error: unknown, info: React.ErrorInfo): void {
      const { page, componentId } = this.props;
      // The same error again is not reported.
      const message = messageOf(error);
      if (message === this.#reported) return;
      this.#reported = message;
      page.errors.addFrontEnd(error, { myID: componentId, info });
      page.revert();
    }

    override render(): React.ReactNode {
      // Content that rendered and failed later, in an effect, would fail again and again.
      if (this.state.hasError && this.#shown === this.#lastGood) this.#lastGood = undefined;
      this.#shown = this.state.hasError ? this.#lastGood : this.props.children;
      return this.#shown ?? (this.state.hasError ? missingBox() : undefined) ?? null;
    }

    #keep(): void {
      if (this.state.hasError) return;
      this.#lastGood = this.props.children;
      this.#reported = undefined;
    }
  };
}
