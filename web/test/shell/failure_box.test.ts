/** The message of a failed start: what it names, and what the user can press. */
import { afterEach, expect, it, vi } from "vitest";
import { hideFailure, showFailure } from "../../src/shell/failure_box";
import { waitFor } from "../support/waiting";

const failure = { title: "The app could not start", message: "pyrt/a.js: the server answered 500." };

afterEach(() => {
  hideFailure();
  Reflect.deleteProperty(navigator, "serviceWorker");
});

function controlBy(scriptURL: string): { unregister: ReturnType<typeof vi.fn> } {
  const registration = { unregister: vi.fn(async () => true) };
  const value = { controller: { scriptURL }, getRegistration: async () => registration };
  Object.defineProperty(navigator, "serviceWorker", { configurable: true, value });
  return registration;
}

const text = (): string => document.querySelector(".pyrt-failure")?.textContent ?? "";
const removal = (): HTMLButtonElement | undefined =>
  [...document.querySelectorAll("button")].find((button) =>
    button.textContent?.startsWith("Remove that service worker"),
  );

it("names the service worker of another app, and removes it", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined); // jsdom cannot reload
  const registration = controlBy("https://example.org/sw.js");
  showFailure({ ...failure, isOfFile: true });
  expect(text()).toContain("https://example.org/sw.js");
  removal()?.click();
  await waitFor(() => expect(registration.unregister).toHaveBeenCalledOnce());
});

it("does not name the site's own", () => {
  controlBy(new URL("pyrt-offline.js", location.href).href);
  showFailure({ ...failure, isOfFile: true });
  expect(text()).toContain(failure.message);
  expect(removal()).toBeUndefined();
});

it("does not name one where no file is at fault", () => {
  controlBy("https://example.org/sw.js");
  showFailure(failure);
  expect(text()).not.toContain("sw.js");
  expect(removal()).toBeUndefined();
});

it("is shown where the browser has no service workers, or denies them", () => {
  showFailure({ ...failure, isOfFile: true });
  expect(text()).toContain(failure.message);
  Object.defineProperty(navigator, "serviceWorker", {
    configurable: true,
    get: () => {
      throw new DOMException("denied", "SecurityError");
    },
  });
  showFailure({ ...failure, isOfFile: true });
  expect(text()).toContain(failure.message);
  expect(removal()).toBeUndefined();
});
