/** The developer tools around the app. */

export function DevTools({ children }: { readonly children: React.ReactNode }): React.ReactElement {
  return (
    <div id="_dash-global-error-container">
      <div id="_dash-app-content">{children}</div>
    </div>
  );
}
