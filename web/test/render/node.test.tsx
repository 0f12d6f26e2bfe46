/** how components render, which props they get, and what renders them again. */
import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { contexts } from "../../src/contract/contexts";
import { makeReduxStore } from "../../src/contract/redux";
import { FileFailure } from "../../src/files/attempts";
import { forgetFailedFiles, noteFailedFile } from "../../src/files/failed";
import { ComponentProps } from "../../src/mirror/tree";
import { ExternalWrapper } from "../../src/render/external_wrapper";
import { Page } from "../../src/session/page";
import { App } from "../../src/shell/app";
import type { Dictionary } from "../../src/wire/json";
import type { Config, DryComponent, PageMessage } from "../../src/wire/protocol";
import { MemoryEndpoint } from "../../src/wire/transport";

type Props = Record<string, unknown> & { setProps: (props: Dictionary) => void; children?: React.ReactNode };
type Client = typeof import("react-dom/client");

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const dry = (type: string, props: object = {}): DryComponent => ({ namespace: "lib", type, props: { ...props } });

let page: Page;
let endpoint: MemoryEndpoint;
let container: HTMLElement;
let root: ReturnType<Client["createRoot"]>;
/** How often each component was drawn, by id, and with which props the last time. */
let drawn: Record<string, number>;
let given: Record<string, Props>;
let mounted: string[];

function Box(props: Props): React.ReactElement {
  const id = String(props.id);
  drawn[id] = (drawn[id] ?? 0) + 1;
  given[id] = props;
  React.useEffect(() => {
    mounted.push(id);
  }, [id]);
  return (
    <div id={id} title={props.title as string}>
      {props.label as React.ReactNode}
      {props.children}
    </div>
  );
}

const onClick = (): void => {};
const Cloning = ({ children }: Props) => React.cloneElement(children as React.ReactElement, { onClick });

function Asking(props: Props): React.ReactElement {
  const isLoading = React.useContext(contexts().dash).useLoading();
  return <Box {...props} title={String(isLoading)} />;
}

function Broken({ fails }: { fails?: boolean }): React.ReactElement {
  if (fails) throw new Error("cannot draw this");
  return <div id="whole" />;
}

/** Throws as bundles do whose promise for a script is rejected by `onerror`. */
function Throwing({ file }: { file?: string }): React.ReactElement {
  if (file) {
    const event = new Event("error");
    Object.assign(document.createElement("script"), { src: `/${file}` }).dispatchEvent(event);
    throw event;
  }
  return <div />;
}

function Late({ fails = true }: { fails?: boolean }): React.ReactElement {
  React.useLayoutEffect(() => {
    if (fails) throw new Error("cannot go on");
  });
  return <div id="late" />;
}

const Watching = Object.assign((props: Props) => <Box {...props} />, { dashChildrenUpdate: true });
const Typed = Object.assign((props: Props) => <Box {...props} />, { dashRenderType: true });
const External = (props: Props) => (
  <ExternalWrapper component={props.content as DryComponent} componentPath={["components", "external", 0]} temp />
);

function start(layout: unknown, config: Config = {}): void {
  endpoint = new MemoryEndpoint();
  const componentProps = new ComponentProps({ lib: { Box: ["label", "items[].label"] } });
  page = new Page({ endpoint, config, componentProps });
  act(() => root.render(<App host={{ page, redux: makeReduxStore(page) }} />));
  act(() => page.receiveAll([{ type: "Layout", seq: 0, layout }]));
}

function update(id: string, props: Dictionary): void {
  act(() => page.receiveAll([{ type: "Update", updateSeq: 1, seq: 99, changes: [{ id, props }], origin: "callback" }]));
}

const byId = (id: string) => document.getElementById(id);

// React itself reports what a boundary catches, and jsdom once more.
vi.spyOn(console, "error").mockImplementation(() => {});
window.addEventListener("error", (event) => event.preventDefault());

beforeEach(() => {
  drawn = {};
  given = {};
  mounted = [];
  Object.assign(window, { lib: { Box, Broken, Throwing, Late, Watching, Typed, External, Cloning, Asking } });
  container = document.body.appendChild(document.createElement("div"));
  root = (ReactDOM as unknown as Client).createRoot(container);
});

afterEach(() => {
  act(() => root.unmount());
  container.remove();
});

describe("files that could not be had", () => {
  afterEach(forgetFailedFiles);

  it("take only their components with them, which name the file", () => {
    noteFailedFile(new FileFailure("pkg/absent/charts.js", "the server answered 404.", 404));
    const absent: DryComponent = { namespace: "absent", type: "Chart", props: { id: "chart" } };
    start(dry("Box", { id: "a", children: [absent, dry("Box", { id: "b" })] }));
    expect(container.querySelector(".pyrt-missing")?.textContent).toContain(
      "pkg/absent/charts.js: the server answered 404.",
    );
    expect(byId("b")).not.toBeNull();
    update("b", { title: "works" });
    expect(byId("b")?.title).toBe("works");
  });

  it("are named in the place of a component whose own code needs them", () => {
    noteFailedFile(new FileFailure("pkg/lib/part.js", "the server answered 404.", 404));
    start(dry("Box", { id: "a", children: [dry("Broken", { fails: true }), dry("Box", { id: "b" })] }));
    expect(container.querySelector(".pyrt-missing")?.textContent).toContain("pkg/lib/part.js");
    expect(byId("b")).not.toBeNull();
  });

  it("are stylesheets: no component is missing", () => {
    noteFailedFile(new FileFailure("assets/style.css", "the server answered 404.", 404));
    start(dry("Box", { id: "a" }));
    expect(container.querySelector(".pyrt-missing")).toBeNull();
  });
});

describe("Node", () => {
  it("draws a tree, texts and numbers among components", () => {
    start(dry("Box", { id: "a", children: ["text ", 5, dry("Box", { id: "b" }), null] }));
    expect(byId("a")?.textContent).toBe("text 5");
    expect(byId("b")?.parentElement).toBe(byId("a"));
  });

  it("draws a layout that is a list", () => {
    start(["text", dry("Box", { id: "a" })]);
    expect(container.textContent).toBe("text");
    expect(given.a?.setProps).toBeTypeOf("function");
  });

  it("gives a new setProps with each render, and old ones stay valid (R-33)", () => {
    start(dry("Box", { id: "a" }));
    const first = given.a?.setProps;
    update("a", { title: "x" });
    expect(given.a?.setProps).not.toBe(first);
    act(() => first?.({ title: "y" }));
    expect(byId("a")?.title).toBe("y");
  });

  it("gives a dictionary id as its text", () => {
    start(dry("Box", { id: { type: "x", index: 1 } }));
    expect(byId('{"index":1,"type":"x"}')).not.toBeNull();
  });

  it("draws again only what has changed (R-34)", () => {
    start(dry("Box", { id: "a", children: [dry("Box", { id: "b" }), dry("Box", { id: "c" })] }));
    update("b", { title: "new" });
    expect(byId("b")?.title).toBe("new");
    expect(drawn).toEqual({ a: 1, b: 2, c: 1 });
    update("a", { title: "new" });
    expect(drawn).toEqual({ a: 2, b: 2, c: 1 });
  });

  it("mounts everything again in a prop that is replaced, and nothing else (R-35)", () => {
    const child = dry("Box", { id: "child" });
    start(dry("Box", { id: "a", children: [child], label: dry("Box", { id: "label" }) }));
    mounted.length = 0;
    update("a", { children: [child] });
    expect(mounted).toEqual(["child"]);
    mounted.length = 0;
    update("a", { title: "x" });
    expect(mounted).toEqual([]);
  });

  it("hydrates components in other props, at their own paths (R-52)", () => {
    start(dry("Box", { id: "a", items: ["plain", { label: dry("Box", { id: "i" }) }] }));
    const [plain, item] = (given.a as Props).items as [
      string,
      { label: React.ReactElement<{ componentPath: unknown }> },
    ];
    expect(plain).toBe("plain");
    expect(item.label.props.componentPath).toEqual(["components", "props", "items", 1, "label"]);
  });

  it("gives children whose elements have their id and path (R-27, R-29)", () => {
    start(dry("Box", { id: "a", children: dry("Box", { id: "b" }) }));
    const child = given.a?.children as React.ReactElement<{ componentPath: unknown }>;
    expect(child.props.componentPath).toEqual(["components", "props", "children"]);
    expect(child.key).toBe("b");
  });

  it("passes on props that a parent adds by cloning (R-30)", () => {
    start(dry("Cloning", { children: dry("Box", { id: "b" }) }));
    expect(given.b?.onClick).toBe(onClick);
  });

  it("has a setProps that works long after, and draws at once (R-33)", () => {
    start(dry("Box", { id: "a", children: [dry("Box", { id: "b" }), dry("Box", { id: "c" })] }));
    const { setProps } = given.c as Props;
    act(() => setProps({ title: "first" }));
    act(() => setProps({ title: "second" }));
    expect(byId("c")?.title).toBe("second");
    expect(drawn.b).toBe(1);
  });

  it("passes dashRenderType to components that want it (R-36)", () => {
    start(dry("Typed", { id: "t" }));
    expect(given.t?.dashRenderType).toBe("parent");
    act(() => given.t?.setProps({ title: "x" }));
    expect(given.t?.dashRenderType).toBe("internal");
    update("t", { title: "y" });
    expect(given.t?.dashRenderType).toBe("callback");
    act(() => page.setPropsFrom("t", { title: "z" }));
    expect(given.t?.dashRenderType).toBe("clientsideApi");
    expect(given.a).toBeUndefined();
  });

  it("draws a container again for its direct children when it wants that (R-34)", () => {
    start(dry("Watching", { id: "w", children: [dry("Box", { id: "b", children: dry("Box", { id: "c" }) })] }));
    update("b", { title: "x" });
    expect(drawn).toEqual({ w: 2, b: 2, c: 1 });
    expect(mounted.filter((id) => id === "b")).toHaveLength(1);
    update("c", { title: "x" });
    expect(drawn).toEqual({ w: 2, b: 2, c: 2 });
  });
});

it("draws many children of an HTML element in their order, and of one change that one only", () => {
  const { Box: Div } = (window as unknown as { lib: { Box: React.ElementType } }).lib;
  Object.assign(window, { dash_html_components: { Div } });
  const children = Array.from({ length: 300 }, (_, index) => dry("Box", { id: `c${index}`, children: `${index},` }));
  start({ namespace: "dash_html_components", type: "Div", props: { id: "many", children } });
  expect(byId("many")?.textContent).toBe(children.map((_, index) => `${index},`).join(""));
  expect(byId("many")?.childElementCount).toBe(300);
  drawn = {};
  update("c150", { children: "x" });
  expect(drawn).toEqual({ c150: 1 });
});

it("leaves the children of an HTML element alone when it draws again, also after one of them has changed", () => {
  const { Box: Div } = (window as unknown as { lib: { Box: React.ElementType } }).lib;
  Object.assign(window, { dash_html_components: { Div } });
  const children = Array.from({ length: 300 }, (_, index) => dry("Box", { id: `c${index}` }));
  start({ namespace: "dash_html_components", type: "Div", props: { id: "many", children } });
  update("c150", { title: "x" });
  const looked = vi.spyOn(page.store, "componentAt");
  update("many", { title: "y" });
  expect(byId("many")?.title).toBe("y");
  expect(looked.mock.calls.length).toBeLessThan(10);
  update("many", { children: [children[1], children[0]] });
  expect([...(byId("many")?.children ?? [])].map(({ id }) => id)).toEqual(["c1", "c0"]);
});

describe("errors of components", () => {
  it("are reported, the last content stays, and siblings still work (R-39)", () => {
    start(dry("Box", { id: "a", children: [dry("Broken", { id: "x" }), dry("Box", { id: "b" })] }));
    update("x", { fails: true });
    expect(page.errors.state.frontEnd[0]).toMatchObject({ error: { message: "cannot draw this" }, myID: "x" });
    expect(byId("whole")).not.toBeNull();
    update("b", { title: "alive" });
    expect(byId("b")?.title).toBe("alive");
    update("x", { title: "fails again" });
    expect(page.errors.state.frontEnd).toHaveLength(1);
    update("x", { fails: false });
    expect(byId("whole")).not.toBeNull();
    update("x", { fails: true });
    expect(page.errors.state.frontEnd).toHaveLength(2);
  });

  it("name the file where a bundle throws the event of a script that could not be loaded", () => {
    start(dry("Box", { id: "a", children: [dry("Throwing", { id: "x" })] }));
    for (const file of ["pkg/lib/one.js", "pkg/lib/two.js"]) update("x", { file });
    expect(page.errors.state.frontEnd.map(({ error }) => error.message)).toEqual([
      "pkg/lib/two.js: the browser could not load it.",
      "pkg/lib/one.js: the browser could not load it.",
    ]);
  });

  it("leave nothing if nothing was drawn before", () => {
    start(dry("Box", { id: "a", children: [dry("Broken", { fails: true }), dry("Box", { id: "b" })] }));
    expect(byId("whole")).toBeNull();
    expect(byId("b")).not.toBeNull();
    expect(page.errors.state.frontEnd).toHaveLength(1);
  });

  it("after rendering remove the component, once", () => {
    start(dry("Box", { id: "a", children: [dry("Late", { id: "x" }), dry("Box", { id: "b" })] }));
    expect(byId("late")).toBeNull();
    expect(byId("b")).not.toBeNull();
    expect(page.errors.state.frontEnd).toHaveLength(1);
    update("x", { fails: false });
    expect(byId("late")).not.toBeNull();
  });

  it("name the missing bundle or component (R-2)", () => {
    start(dry("Box", { id: "a", children: dry("Nowhere") }));
    expect(page.errors.state.frontEnd[0]?.error.message).toBe("Component Nowhere not found in lib");
    start({ namespace: "absent", type: "X", props: {} });
    expect(page.errors.state.frontEnd[0]?.error.message).toBe("absent was not found.");
  });
});

it("draws components outside of the tree while their parent does (R-26)", async () => {
  start(dry("External", { id: "e", content: dry("Box", { id: "inner", title: "1" }) }));
  expect(byId("inner")?.title).toBe("1");
  await Promise.resolve();
  const changes = endpoint.sent.flatMap((message: PageMessage) => (message.type === "SetProps" ? message.changes : []));
  expect(changes[0]).toMatchObject({ path: ["external", 0], origin: "external", insert: { type: "Box" } });
  expect(page.store.pathOf("inner")).toEqual(["components", "external", 0]);
  update("e", { content: dry("Box", { id: "inner", title: "2" }) });
  expect(byId("inner")?.title).toBe("2");
});

it("tells components whether they are loading, and renders those that change, unless it is over at once (R-23)", () => {
  start(dry("Box", { id: "a", children: [dry("Asking", { id: "x" }), dry("Asking", { id: "y" })] }));
  const outputs = [{ id: "x", property: "title" }];
  act(() => page.receiveAll([{ type: "RunStarted", run: 1, callback: "x.title", outputs, persistent: false }]));
  act(() => page.receiveAll([{ type: "RunEnded", run: 1, outcome: "done" }]));
  expect(drawn).toEqual({ a: 1, x: 1, y: 1 });
  vi.useFakeTimers();
  act(() => page.receiveAll([{ type: "RunStarted", run: 2, callback: "x.title", outputs, persistent: false }]));
  act(() => vi.advanceTimersByTime(10));
  vi.useRealTimers();
  expect([byId("x")?.title, byId("y")?.title]).toEqual(["true", "false"]);
  expect(drawn).toEqual({ a: 1, x: 2, y: 1 });
  act(() => page.receiveAll([{ type: "RunEnded", run: 2, outcome: "done" }]));
  expect(byId("x")?.title).toBe("false");
});

it("explains a prop of the wrong type when props are checked", () => {
  const check = () =>
    new Error("Invalid component prop `title` of type `number` supplied to `Box`, expected `string`.");
  Object.assign(window, { lib: { Box: Object.assign((props: Props) => Box(props), { propTypes: { title: check } }) } });
  start(dry("Box", { id: "a", title: 5 }), { props_check: true });
  expect(page.errors.state.frontEnd[0]?.error.message).toBe(
    'Invalid argument `title` passed into Box with ID "a".\nExpected `string`.\nWas supplied type `number`.\nValue provided: 5',
  );
});

it("says what is wrong with children that React cannot draw, when props are checked (R-31)", () => {
  start(dry("Box", { id: "a", children: [[dry("Box")]] }), { props_check: true });
  expect(page.errors.state.frontEnd[0]?.error.message).toContain("`children` is one flat list");
  start(dry("Box", { id: "a", children: { hello: "world" } }), { props_check: true });
  expect(page.errors.state.frontEnd[0]?.error.message).toContain("has another object there");
  start(dry("Box", { id: "a", children: [["text"]] }), { props_check: true });
  expect(page.errors.state.frontEnd).toEqual([]);
});
