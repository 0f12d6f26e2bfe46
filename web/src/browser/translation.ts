/**
 * pyrt's own words that visitors read, in English or in the language of the site (`translation` in the settings).
 * `tools/translation.py` finds the calls of `translate`: the first argument is a text in the code, or several that are
 * added. As abilities.ts, this is for browsers of any age.
 */

/** What a page has before its first script, if it has one. The builder has checked it (build/pyrt_build/translation). */
export interface Translation {
  readonly lang: string;
  readonly dir: "ltr" | "rtl";
  /** English text -> translated text. Both have the same names in braces. */
  readonly texts: Readonly<Record<string, string>>;
}

const english: Translation = { lang: "en", dir: "ltr", texts: {} };
const elementId = "pyrt-translation";
let known: Translation | undefined;

/** That of the page. */
export function findTranslation(): Translation {
  known ??= typeof document === "object" ? readElement() : english;
  return known;
}

/** For a worker, which gets that of its page. */
export function setTranslation(translation: Translation): void {
  known = translation;
}

/** `{name}` in the text stands for a value. */
export function translate(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  const { texts } = findTranslation();
  const translated = Object.hasOwn(texts, text) ? (texts[text] ?? text) : text;
  return translated.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Marks an element whose text is pyrt's own: the page around it may have another language and direction. */
export function markLanguage(element: HTMLElement): void {
  Object.assign(element, languageOfTexts());
}

/** The same as properties of a component. */
export function languageOfTexts(): { readonly lang: string; readonly dir: string } {
  const { lang, dir } = findTranslation();
  return { lang, dir };
}

function readElement(): Translation {
  const text = document.getElementById(elementId)?.textContent;
  return text ? (JSON.parse(text) as Translation) : english;
}
