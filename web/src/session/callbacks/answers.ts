/**
 * Answers before Python: results of callbacks that the build has computed for all values that their Inputs can have.
 * The page shows them until the engine has finished its start. Then the engine gets all that the user has done; its
 * results are kept back until it has handled the last of it, so that a choice in between is not shown once more:
 *
 *     user      West        East                  | live
 *     page      West's      East's answer ------- | --------------------- the engine's value, if it differs
 *     engine                                      | West, East handled -^
 */

import { formatPropId, parsePropId } from "../../mirror/ids";
import { resolvePatches } from "../../mirror/patch";
import { areEqual } from "../../wire/json";
import type { CallbackSpec, WorkerChange } from "../../wire/protocol";

/** An Input or State, and the values for which there are answers. */
export interface AnswerInput {
  readonly id: string;
  readonly property: string;
  readonly values: readonly unknown[];
  /** Whether each value is a list in which the order does not matter, or null. */
  readonly isSet: boolean;
}

/** The answers of one callback. They are in one file for each value of its first input; null if there are none. */
export interface AnswerTable {
  /** Dash's name of the callback. */
  readonly callback: string;
  /** Its Inputs, then its State. */
  readonly inputs: readonly AnswerInput[];
  readonly inputCount: number;
  readonly files: readonly (string | null)[];
}

/** The results for one combination: the positions of the values in `values` of each input. */
export interface Answer {
  readonly positions: readonly number[];
  readonly changes: readonly WorkerChange[];
}

/** What a prerendered page has of them. */
export interface Precomputed {
  readonly tables: readonly AnswerTable[];
  read(file: string): Promise<readonly Answer[]>;
}

/** The parts of the page that answers use. */
export interface AnsweredPage {
  readProp(id: string, property: string): unknown;
  write(id: string, props: Record<string, unknown>): void;
  /** An answer is drawn; nothing that was changed waits for Python. */
  answered(): void;
  warn(error: unknown): void;
}

export class Answers {
  readonly #tables: readonly AnswerTable[];
  readonly #read: Precomputed["read"];
  readonly #page: AnsweredPage;
  readonly #pieces = new Map<string, Promise<readonly Answer[]>>();
  /** The props that were written, with the JSON of their values: components change figures in place. */
  readonly #shown = new Map<string, string>();
  /** What the engine says of these props; known once the page is live. */
  readonly #engineValues = new Map<string, unknown>();
  #isLive = false;
  /** Callbacks that were called for and have no answer: until Python has come, the page is busy. */
  readonly #unanswered = new Set<string>();

  constructor({ tables, read }: Precomputed, page: AnsweredPage) {
    this.#tables = tables;
    this.#read = read;
    this.#page = page;
  }

  /** Fetches all answers, so that they are there when they are needed. */
  prefetch(): void {
    for (const { files } of this.#tables) {
      for (const file of files) if (file) void this.#piece(file).catch(() => undefined);
    }
  }

  /** Shows the answers of the callbacks that have one of these props as Input. `callbacks`: all that there are. */
  answer(propIds: readonly string[], callbacks: readonly CallbackSpec[]): void {
    if (this.#isLive) return;
    for (const { output, inputs, clientside_function } of callbacks) {
      const isCalled = inputs.some(({ id, property }) => propIds.includes(formatPropId(id, property)));
      if (isCalled && !clientside_function) this.#unanswered.add(output);
    }
    for (const table of this.#tables) {
      const isCalled = table.inputs
        .slice(0, table.inputCount)
        .some(({ id, property }) => propIds.includes(formatPropId(id, property)));
      if (isCalled) void this.#show(table).catch((error: unknown) => this.#page.warn(error));
    }
  }

  /** Whether an answer is shown as the value of this prop. */
  isShown(propId: string): boolean {
    return this.#shown.has(propId);
  }

  /** The engine is about to get what the user has done. `readEngine` returns the value of a prop as it knows it. */
  goLive(readEngine: (id: string, property: string) => unknown): void {
    this.#isLive = true;
    for (const propId of this.#shown.keys()) {
      const { id, property } = parsePropId(propId);
      this.#engineValues.set(propId, readEngine(id, property));
    }
  }

  /** Takes the engine's new value of a prop that has an answer. Returns whether it did. */
  keepBack(id: string, property: string, value: unknown): boolean {
    const propId = formatPropId(id, property);
    if (!this.#engineValues.has(propId)) return false;
    const resolved = resolvePatches({ [property]: value }, { [property]: this.#engineValues.get(propId) });
    this.#engineValues.set(propId, resolved[property]);
    return true;
  }

  /** The engine has handled all: its values count from now on. What is equal is not drawn again. */
  end(): void {
    for (const [propId, value] of this.#engineValues) {
      const { id, property } = parsePropId(propId);
      if (JSON.stringify(value) !== this.#shown.get(propId)) this.#page.write(id, { [property]: value });
    }
    this.#engineValues.clear();
  }

  async #show(table: AnswerTable): Promise<void> {
    const positions = this.#positions(table);
    const file = table.files[positions[0] ?? -1];
    if (!file || positions.includes(-1)) return;
    const answers = await this.#piece(file);
    const answer = answers.find((each) => areEqual(each.positions, positions));
    // Meanwhile the user may have chosen something else, or Python may have come.
    if (!answer || this.#isLive || !areEqual(this.#positions(table), positions)) return;
    for (const { id, props } of answer.changes) {
      for (const [property, value] of Object.entries(props)) {
        this.#shown.set(formatPropId(id, property), JSON.stringify(value));
      }
      this.#page.write(id, { ...props });
    }
    this.#unanswered.delete(table.callback);
    if (this.#unanswered.size === 0) this.#page.answered();
  }

  /** Where the present values stand among those with answers; -1 for others. */
  #positions({ inputs }: AnswerTable): number[] {
    return inputs.map(({ id, property, values, isSet }) => {
      const value = this.#page.readProp(id, property) ?? null;
      return values.findIndex((each) => areEqual(each, value) || (isSet && areEqualSets(each, value)));
    });
  }

  #piece(file: string): Promise<readonly Answer[]> {
    const piece = this.#pieces.get(file) ?? this.#read(file);
    this.#pieces.set(file, piece);
    piece.catch(() => this.#pieces.delete(file)); // the next one tries again
    return piece;
  }
}

function areEqualSets(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  return one.every((item) => other.some((each) => areEqual(item, each)));
}
