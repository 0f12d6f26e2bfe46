/**
 * Links and forms to addresses of the app's own server, such as `@app.server.route("/report")`. With a bridge they lead
 * there. Without one the page says that there is nothing, instead of leaving for an error of the host.
 */

import { findPlace } from "../browser/place";
import { markLanguage, translate } from "../browser/translation";

/** `routes`: as the app's code has them. `root`: of the site. `bridge`: address of the server, if there is one. */
export function watchServerRoutes(routes: readonly string[], root: URL, bridge: string | undefined): void {
  const patterns = routes.map(toPattern);
  if (patterns.length === 0) return;

  const pathOf = (address: string): string | undefined => {
    const url = new URL(address, document.baseURI);
    if (url.origin !== findPlace().origin || url.href === root.href) return undefined;
    const paths = [url.pathname];
    if (url.pathname.startsWith(root.pathname)) paths.push(`/${url.pathname.slice(root.pathname.length)}`);
    const path = paths.find((each) => patterns.some((pattern) => pattern.test(each)));
    return path && `${path}${url.search}${url.hash}`;
  };

  const follow = (event: Event, element: Element | null | undefined, attribute: "href" | "action"): void => {
    const address = element?.getAttribute(attribute);
    const path = event.defaultPrevented || !element || !address ? undefined : pathOf(address);
    if (!element || !address || path === undefined) return;
    if (bridge === undefined) {
      event.preventDefault();
      showNotice(path);
      return;
    }
    // The browser reads the address after this event, and keeps what else was asked for: a new tab, a download.
    element.setAttribute(attribute, `${bridge}${path}`);
    setTimeout(() => element.setAttribute(attribute, address));
  };

  // On window: after React, where dcc.Link prevents what it does itself.
  const followLink = (event: Event) => {
    follow(event, (event.target as Element | null)?.closest?.("a[href]"), "href");
  };
  window.addEventListener("click", followLink);
  window.addEventListener("auxclick", followLink);
  window.addEventListener("submit", (event) => follow(event, event.target as Element | null, "action"));
}

/** `/report/<path:name>` of Flask, `/report/{name}` of FastAPI. */
function toPattern(route: string): RegExp {
  const parts = route.replace(/\/$/, "").split(/(<[^>]*>|\{[^}]*\})/);
  const source = parts.map((part, index) => {
    if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return /<path:|:path\}/.test(part) ? ".+" : "[^/]+";
  });
  return new RegExp(`^${source.join("")}/?$`);
}

function showNotice(path: string): void {
  document.getElementById("pyrt-no-server")?.remove();
  const notice = document.createElement("div");
  notice.id = "pyrt-no-server";
  notice.className = "pyrt-notice";
  markLanguage(notice);
  notice.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = translate("{path} belongs to the app's own server, which this site does not have.", { path });
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.textContent = "×";
  dismiss.setAttribute("aria-label", translate("Dismiss"));
  dismiss.addEventListener("click", () => notice.remove());
  notice.append(text, dismiss);
  document.body.append(notice);
  console.warn(`pyrt: ${path} is a route of app.server. A site of static files has none: use a callback, or --bridge.`);
}
