/** What is done while the preview stands, and while that is done again, is heard in order by what React has drawn. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EarlyEvents } from "../../src/first_paint/early";
import { Preview } from "../../src/first_paint/preview";
import { choose, click, fire, loadEarly, press, release, type, write } from "../support/user";

const page = `
  <button id="a"></button><button id="b"></button><a href="#there"></a>
  <label id="label"><input type="checkbox"></label>
  <input id="field" value="1"><input id="other"><input id="box" type="checkbox"><label for="box"></label><select id="choice"><option>x<option>y</select>`;

let early: EarlyEvents;
let stop: () => void;
let preview: Preview;
let heard: string[];

const drawn = <T extends Element = HTMLElement>(selector: string): T =>
  document.querySelector(`#react-entry-point ${selector}`) as T;
const seen = <T extends Element = HTMLElement>(selector: string): T =>
  document.querySelector(`[data-pyrt-preview] ${selector}`) as T;
const whenDone = () => vi.waitFor(() => expect(early.isBlocking).not.toBe(true));
const microtasks = async () => {
  for (let count = 0; count < 10; count++) await undefined;
};

/** Does something as soon as an act is done again, before the next. */
function whenHeard(kind: string, target: Element, act: () => void): void {
  target.addEventListener(kind, () => queueMicrotask(act), { once: true });
}

/** What React would hear, and the values as it would read them. */
function listen(...kinds: string[]): void {
  const entry = document.getElementById("react-entry-point") as HTMLElement;
  for (const kind of kinds) {
    entry.addEventListener(kind, (event) => {
      const { id, value, tagName } = event.target as HTMLInputElement;
      if (tagName === "A") event.preventDefault();
      heard.push([kind, id || tagName.toLowerCase(), ...(kind === "input" ? [value] : [])].join(" "));
    });
  }
}

beforeEach(async () => {
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  document.body.innerHTML = `<div id="react-entry-point">${page}</div><div data-pyrt-preview>${page}</div>`;
  ({ early, stop } = await loadEarly());
  preview = Preview.find(document.getElementById("react-entry-point") as HTMLElement) as Preview;
  heard = [];
  listen("click", "input");
});

afterEach(async () => {
  await whenDone();
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("order", () => {
  it("what was done to the preview is done again, one after the other", async () => {
    for (const id of ["#a", "#b", "#a"]) click(seen(id));
    expect(heard).toEqual([]);
    preview.remove();
    expect(document.querySelector("[data-pyrt-preview]")).toBeNull();
    await whenDone();
    expect(heard).toEqual(["click a", "click b", "click a"]);
  });

  it("each is heard by itself: what it brings about comes before the next", async () => {
    drawn("#a").addEventListener("click", async () => {
      await microtasks();
      heard.push("said");
    });
    click(seen("#a"));
    click(seen("#a"));
    preview.remove();
    await whenDone();
    expect(heard).toEqual(["click a", "said", "click a", "said"]);
  });

  it("what is done while that goes on waits behind it", async () => {
    click(seen("#a"));
    preview.remove();
    click(drawn("#b"));
    whenHeard("click", drawn("#a"), () => {
      click(drawn("#a"));
      expect(heard).toEqual(["click a"]);
    });
    expect(heard).toEqual([]);
    await whenDone();
    expect(heard).toEqual(["click a", "click b", "click a"]);
  });

  it("where nobody has done anything, nothing waits", async () => {
    preview.remove();
    click(drawn("#b"));
    expect(heard).toEqual(["click b"]);
    expect(early.events).toEqual([]);
  });

  it("afterwards nothing waits", async () => {
    click(seen("#a"));
    preview.remove();
    await whenDone();
    click(drawn("#b"));
    type(drawn("#field"), "2");
    expect(heard).toEqual(["click a", "click b", "input field 12"]);
  });

  it("new tabs and menus wait for nobody", () => {
    click(seen("#a"));
    preview.remove();
    expect(click(drawn("a"), { ctrlKey: true })).toBe(false); // by the listener above
    expect(heard).toEqual(["click a"]);
  });
});

describe("typing", () => {
  it("in two goes gives two texts, with what was done between them", async () => {
    type(seen("#field"), "2");
    click(seen("#a"));
    type(seen("#field"), "3");
    preview.remove();
    expect(drawn<HTMLInputElement>("#field").value).toBe("123");
    await whenDone();
    expect(heard).toEqual(["input field 12", "click a", "input field 123"]);
  });

  it("goes on at the end of the newest text, though older ones are told first", async () => {
    const field = drawn<HTMLInputElement>("#field");
    type(seen("#field"), "2");
    click(seen("#a"));
    preview.remove();
    type(field, "3");
    expect(heard).toEqual([]);
    whenHeard("input", field, () => type(field, "4"));
    await whenDone();
    expect(heard).toEqual(["input field 12", "click a", "input field 123", "input field 1234"]);
    expect(field.value).toBe("1234");
  });

  it("loses nothing when a callback draws an older text in between", async () => {
    const field = drawn<HTMLInputElement>("#field");
    type(seen("#field"), "2");
    type(seen("#field"), "3");
    whenHeard("input", field, () => {
      write(field, "12");
      type(field, "4");
    });
    preview.remove();
    await whenDone();
    expect(heard).toEqual(["input field 12", "input field 123", "input field 1234"]);
  });

  it("a field that is not typed into has during each act the text of that moment", async () => {
    const field = drawn<HTMLInputElement>("#field");
    drawn("#a").addEventListener("click", () => heard.push(`reads ${field.value}`));
    type(seen("#field"), "2");
    click(seen("#a"));
    type(seen("#field"), "3");
    click(seen("#a"));
    preview.remove();
    await whenDone();
    expect(heard.filter((each) => each.startsWith("reads"))).toEqual(["reads 12", "reads 123"]);
  });

  it("keys, focus and its loss are told in their turn; the focus itself is where it was, at once", async () => {
    listen("keypress", "focusin", "focusout");
    const field = seen<HTMLInputElement>("#field");
    field.focus();
    type(field, "2");
    fire(field, new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
    seen<HTMLInputElement>("#other").focus();
    preview.remove();
    expect(document.activeElement).toBe(drawn("#other"));
    expect(heard).toEqual([]);
    await whenDone();
    expect(heard).toEqual(["focusin field", "input field 12", "keypress field", "focusout field", "focusin other"]);
  });

  it("keys go to what the click before them has given the focus", async () => {
    listen("keydown");
    drawn("#a").addEventListener("click", () => drawn("#other").focus());
    click(seen("#a"));
    fire(document.body, new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    preview.remove();
    fire(document.body, new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    await whenDone();
    expect(heard).toEqual(["click a", "keydown other", "keydown other"]);
  });

  it("the caret stays where it was", async () => {
    const field = seen<HTMLInputElement>("#field");
    field.focus();
    type(field, "2");
    type(field, "3");
    field.setSelectionRange(1, 2);
    preview.remove();
    const { selectionStart, selectionEnd } = drawn<HTMLInputElement>("#field");
    expect([selectionStart, selectionEnd]).toEqual([1, 2]);
  });

  it("a word that is composed of several keys is not broken off, by the preview or by what is done again", async () => {
    seen("#field").focus();
    fire(seen("#field"), new CompositionEvent("compositionstart", { bubbles: true }));
    preview.remove();
    expect(seen("#field")).not.toBeNull();
    fire(seen("#field"), new CompositionEvent("compositionend", { bubbles: true }));
    preview.remove();
    const field = drawn<HTMLInputElement>("#field");
    fire(field, new CompositionEvent("compositionstart", { bubbles: true }));
    click(drawn("#b"));
    await new Promise((resolve) => setTimeout(resolve));
    expect(heard).toEqual([]);
    fire(field, new CompositionEvent("compositionend", { bubbles: true }));
    await whenDone();
    expect(heard).toEqual(["click b"]);
  });
});

describe("what browsers do of themselves happens once", () => {
  const box = () => drawn<HTMLInputElement>("[type=checkbox]");

  it("a label and its box, in the preview", async () => {
    click(seen("label"));
    expect(seen<HTMLInputElement>("[type=checkbox]").checked).toBe(true);
    preview.remove();
    await whenDone();
    expect(heard).toEqual(["click label", "click input", "input input on"]);
    expect(box().checked).toBe(true);
  });

  it("a label and its box, and the box alone, while others are done again", async () => {
    click(seen("#a"));
    preview.remove();
    click(drawn("label"));
    expect(box().checked).toBe(false);
    await whenDone();
    expect(box().checked).toBe(true);
    expect(heard.filter((each) => each === "click input")).toHaveLength(1);
    heard = [];
    click(box());
    expect(box().checked).toBe(false);
  });

  it("what a label's click brings about is heard before that of its box", async () => {
    drawn("label").addEventListener("click", async () => {
      await microtasks();
      heard.push("said");
    });
    click(seen("label"));
    click(seen("#a"));
    preview.remove();
    await whenDone();
    expect(heard).toEqual(["click label", "said", "click input", "input input on", "said", "click a"]);
  });

  it("a label that names its box by id: there are two of that id while the preview stands", async () => {
    click(seen("[for=box]"));
    expect(heard).toEqual([]);
    expect(seen<HTMLInputElement>("#box").checked).toBe(true);
    expect(drawn<HTMLInputElement>("#box").checked).toBe(false);
    preview.remove();
    await whenDone();
    expect(heard).toEqual(["click label", "click box", "input box on"]);
    expect(drawn<HTMLInputElement>("#box").checked).toBe(true);
  });

  it("the same, before React had drawn its own", async () => {
    const later = drawn("#box");
    const place = drawn("[for=box]");
    later.remove();
    click(seen("[for=box]"));
    place.before(later);
    preview.remove();
    await whenDone();
    expect(heard).toEqual(["click label", "click box", "input box on"]);
  });

  it("a box that is clicked in the preview is not ticked twice", async () => {
    click(seen("[type=checkbox]"));
    click(seen("#a"));
    click(seen("[type=checkbox]"));
    preview.remove();
    await whenDone();
    expect(box().checked).toBe(false);
    expect(heard.filter((each) => each === "click input")).toHaveLength(2);
  });

  it("a link is left to who listens to it, once", async () => {
    click(seen("a"));
    preview.remove();
    expect(click(drawn("a"))).toBe(false);
    expect(heard).toEqual([]);
    await whenDone();
    expect(heard).toEqual(["click a", "click a"]);
  });

  it("a choice is told with the value of that moment", async () => {
    const read: string[] = [];
    const choice = drawn<HTMLSelectElement>("#choice");
    choice.addEventListener("change", () => read.push(choice.value));
    choose(seen("#choice"), "y");
    click(seen("#a"));
    choose(seen("#choice"), "x");
    preview.remove();
    choose(choice, "y");
    await whenDone();
    expect(read).toEqual(["y", "x", "y"]);
    expect(choice.value).toBe("y");
  });

  it("a click into a text keeps its default: dates have a picker there", async () => {
    click(seen("#a"));
    preview.remove();
    expect(click(drawn("#field"))).toBe(true);
    expect(click(drawn("#b"))).toBe(false);
    await whenDone();
    expect(heard).toEqual(["click a", "click field", "click b"]);
  });
});

describe("what is not there", () => {
  it("an element that never comes is waited for, but not for ever", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    drawn("#a").remove();
    click(seen("#a"));
    click(seen("#b"));
    preview.remove();
    click(drawn("#b"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(early.isBlocking).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
    vi.useRealTimers();
    await whenDone();
    expect(heard).toEqual(["click b", "click b"]);
  });

  it("one that comes late gets what was done, and the focus", async () => {
    const late = drawn("#field");
    const place = drawn("#other");
    late.remove();
    seen("#field").focus();
    type(seen("#field"), "2");
    preview.remove();
    place.before(late);
    await whenDone();
    expect(heard).toEqual(["input field 12"]);
    expect(document.activeElement).toBe(late);
  });

  it("one that goes while something waits for it is forgotten", async () => {
    drawn("#a").addEventListener("click", () => drawn("#b")?.remove());
    click(seen("#a"));
    preview.remove();
    click(drawn("#b"));
    click(drawn("#a"));
    await whenDone();
    expect(heard).toEqual(["click a", "click a"]);
  });
});

it("the preview stays while a button is held down on it", async () => {
  press(seen("#a"));
  preview.remove();
  expect(seen("#a")).not.toBeNull();
  release(seen("#a"));
  await vi.waitFor(() => expect(heard).toEqual(["click a"]));
  expect(document.querySelector("[data-pyrt-preview]")).toBeNull();
});

describe("what React has not drawn yet", () => {
  it("keeps its place, though there is more than in the preview", () => {
    const [entry, element] = document.body.children as unknown as [HTMLElement, HTMLElement];
    entry.innerHTML = '<main><p id="graph"></p><p id="below"></p></main><i>more</i>';
    element.innerHTML = '<main><p id="graph"><b></b></p><p id="below"></p></main>';
    (element.querySelector("#graph") as HTMLElement).getBoundingClientRect = () => new DOMRect(0, 0, 10, 340);
    preview.remove();
    expect(drawn("#graph").style.minHeight).toBe("340px");
    expect(drawn("#below").style.minHeight).toBe("");
    expect(entry.style.minHeight).toBe("");
  });

  it("is covered as a whole where something else stands in its place", () => {
    const [entry, element] = document.body.children as unknown as [HTMLElement, HTMLElement];
    entry.innerHTML = "<i>else</i>";
    element.innerHTML = "<p></p><p></p>";
    element.getBoundingClientRect = () => new DOMRect(0, 0, 10, 50);
    preview.remove();
    expect(entry.style.minHeight).toBe("50px");
  });
});
