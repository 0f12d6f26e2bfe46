/**
 * Starts Python again, in place, when it has died, its worker was ended, or its engine hangs; and asks the user about a
 * callback that lets it answer nothing (docs/reliability.md).
 *
 *     running -> lost -> restarting: new worker, the app's script, Document -> Resume -> Status -> running
 *                                \-> given up: the page stays, and the user may try again
 */

import { Heartbeat } from "../restart/heartbeat";
import { Journal, type OpenRun } from "../restart/journal";
import { canResume, interruptPage, resumePage } from "../restart/resume";
import type { Page, SessionMessage } from "../session/page";
import type { PythonNotice } from "../shell/python_notice";
import type { Boot } from "../wire/manifest";
import type { ChildrenProps } from "../wire/protocol";
import type { PythonHost } from "./python_worker";

export interface RestartOptions {
  readonly worker: PythonHost;
  readonly notice: PythonNotice;
  /** What the new worker is told first. */
  readonly describeBoot: () => Boot;
  /** Whether something else than a callback is computed (developer tools). */
  readonly isComputing: () => boolean;
  /** The file that Python reads now, which blocks it. */
  readonly fileRead: () => string | undefined;
  /** The worker has ended without a word, and cannot be started again as if nothing had been. */
  readonly ended: () => void;
  /** Python is up again, and has answered. */
  readonly restarted: () => void;
}

type State = "starting" | "running" | "restarting" | "stopped";

/** So many workers in a row that have ended before they had nothing left to do end the attempts. */
const mostUseless = 3;
const lookMs = 1000;
/** Stages of failures after which Python cannot go on. */
const stagesOfDeath: ReadonlySet<string> = new Set(["worker", "engine"]);

export class PythonRestart {
  readonly #options: RestartOptions;
  readonly #journal = new Journal(() => this.#page?.callbacks.callbacks ?? []);
  readonly #heartbeat: Heartbeat;
  #page: Page | undefined;
  #state: State = "starting";
  /** Looks whether the worker is still there, while it cannot be asked: Python computes. */
  #startWatch: ReturnType<typeof setInterval> | undefined;
  /** Workers that have ended before they had nothing left to do, in a row. */
  #useless = 0;

  constructor(options: RestartOptions) {
    this.#options = options;
    this.#heartbeat = new Heartbeat({
      ask: () => options.worker.ask(),
      look: () => void options.worker.look(),
      isCalling: () => this.#journal.called.length > 0 || options.isComputing() || options.fileRead() !== undefined,
      dead: () => void this.lost("Python does not answer any more."),
      blocked: (seconds) => this.#showBlocked(seconds),
    });
    options.worker.watch({
      answered: () => this.#heartbeat.answered(),
      ended: () => options.ended(),
    });
    this.#watchStart();
  }

  /** The page that goes on when Python is started again. */
  use(page: Page): void {
    this.#page = page;
    page.outbox.observe((messages) => this.#journal.sent(messages));
  }

  /** Called with the messages for the page, before it applies them. */
  received(messages: readonly SessionMessage[]): void {
    this.#journal.received(messages);
    if (this.#state === "starting" && messages.some(({ type }) => type === "Layout")) this.#run();
    if (this.#state === "restarting" && messages.some(({ type }) => type === "Status")) {
      this.#run();
      this.#options.notice.hide();
      this.#options.restarted();
    }
    if (this.#state === "running" && messages.some((each) => each.type === "Status" && each.pending === 0)) {
      this.#useless = 0;
      this.#page?.remote.endCut();
    }
  }

  /** Python has run the app's script. */
  documentArrived(packages: ChildrenProps): void {
    if (this.#state === "restarting" && this.#page) resumePage(this.#page, this.#journal, packages);
  }

  /** The worker, or Python in it, has failed. Returns false if the page has to be told so. */
  failed(stage: string, message: string): boolean {
    if (this.#state === "stopped") return true;
    if (this.#state === "restarting" && this.#page) {
      this.#interrupt(this.#page, "Python had to be started again while it ran");
      if (stage === "worker" && !this.#isUseless()) this.#replace();
      else this.#giveUp(message);
      return true;
    }
    return stagesOfDeath.has(stage) && this.lost(message);
  }

  /** Python cannot go on. Returns false if it cannot be started again, either. */
  lost(reason: string): boolean {
    if (this.#state !== "running" || !this.#page || !canResume(this.#page)) return false;
    console.error(`pyrt: Python is started again. ${reason}`);
    this.#interrupt(this.#page, "Python had to be started again while it ran");
    if (this.#isUseless()) this.#giveUp(reason);
    else this.#replace();
    return true;
  }

  /** Ends all callbacks that run, because the user wants it. */
  stop(): void {
    if (this.#state !== "running" || !this.#page) return;
    this.#useless = 0;
    this.#interrupt(this.#page, "you have stopped it");
    this.#replace();
  }

  /** There is no Python, and nothing to look for. */
  end(): void {
    clearInterval(this.#startWatch);
  }

  #run(): void {
    this.#state = "running";
    clearInterval(this.#startWatch);
    this.#options.worker.settle();
    this.#heartbeat.start();
  }

  #watchStart(): void {
    clearInterval(this.#startWatch);
    this.#startWatch = setInterval(() => void this.#options.worker.look(), lookMs);
  }

  #interrupt(page: Page, reason: string): void {
    const { called } = this.#journal;
    this.#heartbeat.stop();
    interruptPage(page);
    for (const run of called) {
      if (!run.isPersistent) page.errors.addBackEnd(`The callback ${this.#nameOf(run)} did not end: ${reason}.`, "");
    }
  }

  #replace(): void {
    this.#state = "restarting";
    this.#options.notice.showRestart();
    this.#options.worker.replace(this.#options.describeBoot());
    this.#watchStart();
  }

  /** Another worker has ended: whether a further one would be of no use. */
  #isUseless(): boolean {
    this.#useless += 1;
    return this.#useless > mostUseless;
  }

  #giveUp(message: string): void {
    this.#state = "stopped";
    clearInterval(this.#startWatch);
    this.#options.notice.hide();
    this.#page?.stop(message, () => this.#tryAgain());
  }

  #tryAgain(): void {
    this.#useless = 0;
    this.#page?.errors.reconnect();
    this.#replace();
  }

  #showBlocked(seconds: number): void {
    const { notice, fileRead } = this.#options;
    const run = this.#journal.called.filter(({ isPersistent }) => !isPersistent).at(-1) ?? this.#journal.called.at(-1);
    const file = fileRead();
    if (seconds === 0 || !(run || file)) {
      notice.hide();
      return;
    }
    const wait = (): void => {
      notice.hide();
      this.#heartbeat.wait();
    };
    const callback = run && this.#nameOf(run);
    notice.showBlocked({ callback, file, seconds }, { stop: () => this.stop(), wait });
  }

  #nameOf({ callback }: OpenRun): string {
    return this.#page?.callbacks.find(callback)?.name ?? callback;
  }
}
