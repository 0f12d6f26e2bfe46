/** Where an error of an app is: the file and the line in the editor. */

export interface Problem {
  readonly title: string;
  /** A traceback, or an explanation; may be empty. */
  readonly text: string;
  readonly place: Place | undefined;
  readonly isAdvice: boolean;
}

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** As Python's tracebacks, and pyrt's explanations (pyrt/model/failures.py), name places. */
const forms = [/File "(?:\/app\/)?([^"]+)", line (\d+)/g, /(?:^|[\s(])(?:\/app\/)?([\w./-]+\.py)(?:, line |:)(\d+)/g];

/** The last place in one of the files: that is where the error was raised. */
export function findPlace(text: string, isFile: (name: string) => boolean): Place | undefined {
  for (const form of forms) {
    const found = [...text.matchAll(form)].filter(([, file = ""]) => isFile(file)).at(-1);
    if (found) return { file: found[1] ?? "", line: Number(found[2]) };
  }
  return undefined;
}

/** The line that says what is wrong: the last one of a traceback, or the first one of an explanation. */
export function summaryOf(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (!lines[0]?.startsWith("Traceback ")) return lines[0] ?? "";
  return lines.filter((line) => /^(?!Did you mean: )\S/.test(line)).at(-1) ?? "";
}

export function makeProblem(
  { title, text, isAdvice = false }: { title: string; text: string; isAdvice?: boolean },
  isFile: (name: string) => boolean,
): Problem {
  return { title, text, isAdvice, place: findPlace(text, isFile) ?? findPlace(title, isFile) };
}

/**
 * pyrt tells app developers to build again; here it is the playground that lacks the package. `ofIndex` says what is
 * with the index that the playground asks.
 */
export function explainMissing(text: string, has: string, ofIndex = ""): string | undefined {
  const [, module] = /^The module '([^']+)' is not part of this site\./.exec(text) ?? [];
  if (!module || /standard library|has no such module/.test(text)) return undefined;
  const where = text.split("\n").find((line) => / imports it: /.test(line));
  const top = module.split(".")[0];
  return [
    `The package that provides '${top}' is not in this playground.`,
    ...(where ? [where] : []),
    ...(ofIndex ? [ofIndex] : []),
    `It has: ${has}. Whoever runs the playground can add it: pyrt playground --package ${top?.replaceAll("_", "-")}. Or ` +
      "download the app as a project, and run it with pyrt on your machine.",
  ].join("\n");
}
