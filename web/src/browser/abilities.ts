/**
 * What this browser can do. The page looks once, in its first script, before anything is downloaded (start/early.ts);
 * the worker adds what only it can know. Everything else asks here, and `window.__pyrt__.abilities` shows it.
 *
 * Browsers that cannot run the app run this code, too: it uses nothing that is newer than ES2017.
 */

import { isSingleFile } from "./place";
import { trustUrl } from "./trusted_types";

export interface Abilities {
  /** Whether the page has its files: browsers load no worker and no data for a page of file://. */
  readonly isServed: boolean;
  readonly moduleWorkers: boolean;
  /** False where it is switched off, as in the lockdown mode of iOS. */
  readonly webAssembly: boolean;
  /** The features of WebAssembly that the interpreter is compiled for. */
  readonly webAssemblyFeatures: boolean;
  /** The newest features of the language and the DOM that the page's script uses. */
  readonly pageFeatures: boolean;
  /** Digests exist in secure contexts only: https, or localhost. */
  readonly digests: boolean;
  readonly sharedMemory: boolean;
  readonly isPhone: boolean;
  /** Of the device, in GB, where the browser says it; at most 8. */
  readonly memoryGb: number | null;
  readonly cores: number;
  /**
   * Whether synchronous Python can wait for asynchronous code (WebAssembly stack switching). null until the worker
   * knows, which needs a started interpreter.
   */
  readonly switching: boolean | null;
  /** Why there is no switching; empty where there is, or until it is known. */
  readonly switchingObstacle: string;
}

/** The abilities that the worker finds out. */
export type WorkerAbilities = Pick<Abilities, "switching" | "switchingObstacle">;

interface PyrtWindow {
  __pyrt__?: { readonly abilities: Abilities };
}

/** What start/browser_check.ts has found. */
export function findAbilities(): Abilities {
  const known = (window as PyrtWindow).__pyrt__;
  return known ? known.abilities : lookAtBrowser();
}

/** Adds what the worker has found out. */
export function addAbilities(found: WorkerAbilities): void {
  Object.assign(findAbilities(), found);
}

export function lookAtBrowser(): Abilities {
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return {
    isServed: location.protocol !== "file:" || isSingleFile(),
    moduleWorkers: hasModuleWorkers(),
    webAssembly: typeof WebAssembly === "object",
    webAssemblyFeatures: hasWebAssemblyFeatures(),
    pageFeatures: hasPageFeatures(),
    digests: typeof crypto === "object" && Boolean(crypto.subtle),
    sharedMemory: typeof SharedArrayBuffer === "function",
    isPhone: isPhone(),
    memoryGb: deviceMemory === undefined ? null : deviceMemory,
    cores: navigator.hardwareConcurrency || 1,
    switching: null,
    switchingObstacle: "",
  };
}

/** Whether the app has to do with little memory: phones end a page that takes more than its share. */
export function hasLittleMemory({ isPhone, memoryGb }: Abilities): boolean {
  return isPhone || (memoryGb !== null && memoryGb <= 2);
}

/**
 * A browser that knows module workers reads the option `type`, before it refuses the address. An error of another kind
 * (of Trusted Types) may come before it has read the option, and says nothing.
 */
function hasModuleWorkers(): boolean {
  let isRead = false;
  const options = {
    get type(): WorkerType {
      isRead = true;
      return "module";
    },
  };
  try {
    new Worker(trustUrl("http://["), options).terminate();
  } catch (error) {
    return isRead || !(error instanceof DOMException && error.name === "SyntaxError");
  }
  return isRead;
}

/** Functions that throw and catch exceptions, and take references to JavaScript's objects. */
function hasWebAssemblyFeatures(): boolean {
  if (typeof WebAssembly !== "object") return false;
  const isValid = (...sections: number[]): boolean =>
    WebAssembly.validate(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections]));
  const exceptions = isValid(1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 0x40, 0x19, 11, 11);
  const references = isValid(1, 5, 1, 0x60, 1, 0x6f, 0, 3, 2, 1, 0, 10, 4, 1, 2, 0, 11);
  return exceptions && references;
}

/** The page's script needs static blocks of classes; each of these came later than them. */
function hasPageFeatures(): boolean {
  return "findLast" in Array.prototype && "adoptedStyleSheets" in document && typeof structuredClone === "function";
}

/** An iPad says that it is a Mac. */
function isPhone(): boolean {
  const { userAgent, platform, maxTouchPoints } = navigator;
  return /Android|iPhone|iPad|iPod|Mobile/.test(userAgent) || (platform === "MacIntel" && maxTouchPoints > 1);
}
