/** Events in the preview, and events during their replay, reach React's elements in order. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EarlyEvents } from "../../src/first_paint/early";
import { Preview } from "../../src/first_paint/preview";
import { choose, click, fire, press, recordEarly, release, type, write } from "../support/user";
import { waitFor } from "../support/waiting";

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
const whenDone = () => waitFor(() => expect(early.isBlocking).not.toBe(true));
const microtasks = async () => {
  for (let count = 0; count < 10; count++) await undefined;
};

/** Calls `act` right after an event is replayed, before the next one. */
function whenHeard(kind: string, target: Element, act: () => void): void {
  target.addEventListener(kind, () => queueMicrotask(act), { once: true });
}

/** Records the events that React receives, with the values it reads. */
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
  ({ early, stop } = recordEarly());
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
  it("events in the preview are replayed one after the other", async () => {
    for (const id of ["#a", "#b", "#a"]) click(seen(id));
    expect(heard).toEqual([]);
    preview.remove();
    expect(document.querySelector("[data-pyrt-preview]")).toBeNull();
    await whenDone();
    expect(heard).toEqual(["click a", "click b", "click a"]);
  });

  it("each event has its own task: its effects come before the next one", async () => {
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

  it("events during the replay wait behind it", async () => {
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

  it("without recorded events nothing waits", async () => {
    preview.remove();
    click(drawn("#b"));
    expect(heard).toEqual(["click b"]);
    expect(early.events).toEqual([]);
  });

  it("after the replay nothing waits", async () => {
    click(seen("#a"));
    preview.remove();
    await whenDone();
    click(drawn("#b"));
    type(drawn("#field"), "2");
    expect(heard).toEqual(["click a", "click b", "input field 12"]);
  });

  it("new tabs and menus do not wait", () => {
    click(seen("#a"));
    preview.remove();
    expect(click(drawn("a"), { ctrlKey: true })).toBe(false); // by the listener above
    expect(heard).toEqual(["click a"]);
  });
});

describe("typing", () => {
  it("before and after a click gives two texts, with the click between them", async () => {
    type(seen("#field"), "2");
    click(seen("#a"));
    type(seen("#field"), "3");
    preview.remove();
    expect(drawn<HTMLInputElement>("#field").value).toBe("123");
    await whenDone();
    expect(heard).toEqual(["input field 12", "click a", "input field 123"]);
  });

  it("continues at the end of the newest text, though older ones are replayed first", async () => {
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

  it("loses nothing when a callback sets an older text in between", async () => {
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

  it("a field has the text of that moment during each replayed event", async () => {
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

  it("keys and focus events are replayed in order; the focus itself moves at once", async () => {
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

  it("keys go to the element that the click before them has focused", async () => {
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

  it("a composition is not interrupted, by the removal or by the replay", async () => {
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

describe("phones", () => {
  /** jsdom has no pointer events. */
  class Touch extends MouseEvent {
    readonly pointerType = "touch";
    readonly pointerId = 7;
  }
  const touch = (kind: string): Event => new Touch(kind, { bubbles: true, buttons: 1 });
  const setCoarse = () => vi.stubGlobal("matchMedia", (query: string) => ({ matches: query === "(pointer: coarse)" }));
  const later = (ms: number) => {
    const now = new Event("").timeStamp;
    return vi.spyOn(performance, "now").mockReturnValue(now + ms);
  };
  const mouse = ["mousedown", "mouseup", "click"];

  it("the preview stays until the click of a tap has come", async () => {
    fire(seen("#a"), touch("pointerdown"));
    preview.remove();
    fire(seen("#a"), touch("pointerup"));
    preview.remove();
    expect(seen("#a")).not.toBeNull();
    for (const kind of mouse) fire(seen("#a"), new MouseEvent(kind, { bubbles: true }));
    preview.remove();
    expect(seen("#a")).toBeNull();
    await whenDone();
    expect(heard).toEqual(["click a"]);
  });

  it.each([
    ["pointercancel", 0],
    ["pointerup", 500],
    ["pointermove", 2500],
  ])("a finger that scrolls, presses long or leaves the page holds nothing up for long: %s", async (kind, ms) => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    fire(seen("#a"), touch("pointerdown"));
    fire(seen("#a"), touch(kind));
    preview.remove();
    if (ms > 0) expect(seen("#a")).not.toBeNull();
    await vi.advanceTimersByTimeAsync(ms);
    vi.useRealTimers();
    expect(seen("#a")).toBeNull();
  });

  it("touches do not reach components during the replay: its clicks do", async () => {
    const touched = vi.fn();
    drawn("#b").addEventListener("touchstart", touched);
    click(seen("#a"));
    preview.remove();
    fire(drawn("#b"), new Event("touchstart", { bubbles: true }));
    await whenDone();
    expect(touched).not.toHaveBeenCalled();
    fire(drawn("#b"), new Event("touchstart", { bubbles: true }));
    expect(touched).toHaveBeenCalledOnce();
  });

  it("a component that captures the pointer of a finger that is gone gets its moves", async () => {
    const moved: string[] = [];
    drawn("#a").addEventListener("pointerdown", ({ currentTarget }) => (currentTarget as Element).setPointerCapture(7));
    for (const kind of ["pointermove", "pointerup", "lostpointercapture"]) {
      drawn("#a").addEventListener(kind, () => moved.push(`${kind} ${drawn("#a").hasPointerCapture?.(7)}`));
    }
    fire(seen("#a"), touch("pointerdown"));
    fire(seen("#b"), touch("pointermove"));
    fire(seen("#b"), touch("pointerup"));
    fire(seen("#a"), touch("click"));
    preview.remove();
    await whenDone();
    expect(moved).toEqual(["pointermove true", "pointerup true", "lostpointercapture undefined"]);
  });

  it("a word that the keyboard still composes ends when the user stops typing", async () => {
    setCoarse();
    const ended = vi.fn();
    drawn("#field").addEventListener("compositionend", ended);
    const field = seen<HTMLInputElement>("#field");
    field.focus();
    fire(field, new CompositionEvent("compositionstart", { bubbles: true }));
    write(field, "1ab");
    fire(field, new InputEvent("input", { bubbles: true }));
    preview.remove();
    expect(seen("#field")).not.toBeNull();
    const clock = later(1500);
    preview.remove();
    clock.mockRestore();
    await whenDone();
    expect(heard).toEqual(["input field 1ab"]);
    expect(ended).toHaveBeenCalledOnce();
    expect(drawn<HTMLInputElement>("#field").value).toBe("1ab");
  });
});

describe("default actions of the browser happen once", () => {
  const box = () => drawn<HTMLInputElement>("[type=checkbox]");

  it("a label and its box, in the preview", async () => {
    click(seen("label"));
    expect(seen<HTMLInputElement>("[type=checkbox]").checked).toBe(true);
    preview.remove();
    await whenDone();
    expect(heard).toEqual(["click label", "click input", "input input on"]);
    expect(box().checked).toBe(true);
  });

  it("a label and its box, and the box alone, during a replay", async () => {
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

  it("a label, without the focus that the browser moves, where the user is in another field by then", async () => {
    click(seen("label"));
    seen<HTMLInputElement>("#field").focus();
    click(seen("#field"));
    heard = [];
    let replayed: Event | undefined;
    drawn("label").addEventListener("click", (event) => {
      if (event.target === drawn("label")) replayed = event;
    });
    preview.remove();
    await whenDone();
    expect(replayed?.defaultPrevented).toBe(true);
    expect(box().checked).toBe(true);
    expect(heard.filter((each) => /label|input/.test(each))).toEqual(["click label", "click input", "input input on"]);
    expect(document.activeElement).toBe(drawn("#field"));
  });

  it("the effects of a label's click come before those of its box", async () => {
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

  it("a label with `for`: two elements have that id while the preview exists", async () => {
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

  it("a box that is clicked in the preview is not toggled twice", async () => {
    click(seen("[type=checkbox]"));
    click(seen("#a"));
    click(seen("[type=checkbox]"));
    preview.remove();
    await whenDone();
    expect(box().checked).toBe(false);
    expect(heard.filter((each) => each === "click input")).toHaveLength(2);
  });

  it("a link's click is replayed once to its listeners", async () => {
    click(seen("a"));
    preview.remove();
    expect(click(drawn("a"))).toBe(false);
    expect(heard).toEqual([]);
    await whenDone();
    expect(heard).toEqual(["click a", "click a"]);
  });

  it("a change of a select is replayed with the value of that moment", async () => {
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

  it("a click into a field keeps its default: dates open a picker", async () => {
    click(seen("#a"));
    preview.remove();
    expect(click(drawn("#field"))).toBe(true);
    expect(click(drawn("#b"))).toBe(false);
    await whenDone();
    expect(heard).toEqual(["click a", "click field", "click b"]);
  });
});

it("a paragraph that the parser has ended before a block is not missing", async () => {
  (document.querySelector("#react-entry-point") as HTMLElement).innerHTML = "<main><p>before</p></main>";
  drawn("p").append(Object.assign(document.createElement("div"), { textContent: "block" }));
  (document.querySelector("[data-pyrt-preview]") as HTMLElement).innerHTML =
    "<main><p>before<div>block</div></p></main>";
  expect(document.querySelectorAll("[data-pyrt-preview] p")).toHaveLength(2);
  const rect = vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(0, 0, 10, 10));
  preview.remove();
  rect.mockRestore();
  expect(document.body.textContent).toBe("beforeblock");
  await whenDone();
});

describe("missing elements", () => {
  it("an element that never appears is waited for until the polls are used up", async () => {
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

  it("an element that appears late receives its events and the focus", async () => {
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

  it("events for an element that is removed are dropped", async () => {
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
  await waitFor(() => expect(heard).toEqual(["click a"]));
  expect(document.querySelector("[data-pyrt-preview]")).toBeNull();
});

it("a release that waits behind a long task is waited for", async () => {
  press(seen("#a"));
  const clock = vi.spyOn(performance, "now").mockReturnValue(new Event("").timeStamp + 10_000);
  preview.remove();
  clock.mockRestore();
  release(seen("#a"));
  await waitFor(() => expect(heard).toEqual(["click a"]));
});

describe("what React has not drawn yet", () => {
  it("keeps its height, though React has drawn more than the preview", () => {
    const [entry, element] = document.body.children as unknown as [HTMLElement, HTMLElement];
    entry.innerHTML = '<main><p id="graph"></p><p id="below"></p></main><i>more</i>';
    element.innerHTML = '<main><p id="graph"><b></b></p><p id="below"></p></main>';
    (element.querySelector("#graph") as HTMLElement).getBoundingClientRect = () => new DOMRect(0, 0, 10, 340);
    preview.remove();
    expect(drawn("#graph").style.minHeight).toBe("340px");
    expect(drawn("#below").style.minHeight).toBe("");
    expect(entry.style.minHeight).toBe("");
  });

  it("keeps its height until it is drawn, however long the page is quiet", async () => {
    const [entry, element] = document.body.children as unknown as [HTMLElement, HTMLElement];
    entry.innerHTML = '<main><p id="graph"></p></main>';
    element.innerHTML = '<main><p id="graph"><b></b></p></main>';
    (element.querySelector("#graph") as HTMLElement).getBoundingClientRect = () => new DOMRect(0, 0, 10, 340);
    let isOver = false;
    void preview.drawn(Promise.resolve()).then(() => {
      isOver = true;
    });
    await waitFor(() => expect(document.querySelector("[data-pyrt-preview]")).toBeNull());
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isOver).toBe(false);
    expect(drawn("#graph").style.minHeight).toBe("340px");
    drawn("#graph").append(document.createElement("svg"));
    await waitFor(() => expect(isOver).toBe(true));
    expect(drawn("#graph").style.minHeight).toBe("");
  });

  it("keeps the preview for half a second, without an overlay", async () => {
    const [entry, element] = document.body.children as unknown as [HTMLElement, HTMLElement];
    entry.innerHTML = '<main><p id="slider"></p></main>';
    element.innerHTML = '<main><p id="slider"><b></b></p></main>';
    const isOver = preview.drawn(Promise.resolve());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(document.querySelector("[data-pyrt-preview]")).not.toBeNull();
    drawn("#slider").append(document.createElement("b"));
    await isOver;
    expect(document.querySelector("[data-pyrt-preview]")).toBeNull();
    expect(drawn("#slider").style.minHeight).toBe("");
  });

  describe("of a card of several components", () => {
    /** The user clicks on a button of the card, before React has drawn what is above it. */
    function clickBelow(): void {
      const [entry, element] = document.body.children as unknown as [HTMLElement, HTMLElement];
      entry.innerHTML = '<section><button id="b"></button></section>';
      element.innerHTML = '<section><div id="late"></div><button id="b"></button></section>';
      void preview.drawn(new Promise(() => {}));
      click(seen("#b"));
    }

    it("keeps the preview after a click: the others are not where it shows them", async () => {
      clickBelow();
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(document.querySelector("[data-pyrt-preview]")).not.toBeNull();
      const late = document.createElement("div");
      late.id = "late";
      drawn("section").prepend(late);
      await waitFor(() => expect(document.querySelector("[data-pyrt-preview]")).toBeNull());
      await whenDone();
      expect(heard).toEqual(["click b"]);
      expect(drawn("section").style.minHeight).toBe("");
    });

    it("keeps it no longer than 3 s", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      clickBelow();
      await vi.advanceTimersByTimeAsync(3000);
      expect(document.querySelector("[data-pyrt-preview]")).not.toBeNull();
      await vi.advanceTimersByTimeAsync(200);
      expect(document.querySelector("[data-pyrt-preview]")).toBeNull();
      vi.useRealTimers();
      await whenDone();
      expect(heard).toEqual(["click b"]);
    });
  });

  it("is overlaid as a whole if other elements are in its place", () => {
    const [entry, element] = document.body.children as unknown as [HTMLElement, HTMLElement];
    entry.innerHTML = "<i>else</i>";
    element.innerHTML = "<p></p><p></p>";
    element.getBoundingClientRect = () => new DOMRect(0, 0, 10, 50);
    preview.remove();
    expect(entry.style.minHeight).toBe("50px");
  });
});
