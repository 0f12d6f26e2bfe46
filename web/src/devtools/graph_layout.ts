/** Layout of the callback graph: columns from inputs to outputs, rows within a column. */

import { formatId, withoutHash } from "../mirror/ids";
import type { CallbackSpec, ComponentId } from "../wire/protocol";

export type NodeKind = "prop" | "callback";
export type EdgeKind = "input" | "state" | "output";

export interface GraphNode {
  readonly key: string;
  readonly kind: NodeKind;
  readonly label: string;
  readonly isClientside: boolean;
  readonly x: number;
  readonly y: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
}

const columnWidth = 230;
const rowHeight = 44;

export function layOutGraph(callbacks: readonly CallbackSpec[]): Graph {
  const nodes = new Map<string, Omit<GraphNode, "x" | "y">>();
  const edges: GraphEdge[] = [];
  const shown = callbacks.filter((callback) => !callback.hidden);
  for (const [index, callback] of shown.entries()) addCallback(nodes, edges, callback, index);
  const columns = findColumns([...nodes.keys()], edges);
  const rows = new Map<number, number>();
  const placed = Array.from(nodes.values(), (node) => {
    const column = columns.get(node.key) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { ...node, x: column * columnWidth + 20, y: row * rowHeight + 20 };
  });
  return {
    nodes: placed,
    edges,
    width: (Math.max(0, ...rows.keys()) + 1) * columnWidth,
    height: (Math.max(0, ...rows.values()) + 1) * rowHeight,
  };
}

type Nodes = Map<string, Omit<GraphNode, "x" | "y">>;

function addCallback(nodes: Nodes, edges: GraphEdge[], callback: CallbackSpec, index: number): void {
  const key = `callback ${index}`;
  const isClientside = callback.clientside_function != null;
  const addProp = (id: ComponentId, property: string): string => {
    const label = `${formatId(id)}.${withoutHash(property)}`;
    if (!nodes.has(label)) nodes.set(label, { key: label, kind: "prop", label, isClientside: false });
    return label;
  };
  for (const { id, property } of callback.inputs) edges.push({ from: addProp(id, property), to: key, kind: "input" });
  for (const { id, property } of callback.state) edges.push({ from: addProp(id, property), to: key, kind: "state" });
  nodes.set(key, { key, kind: "callback", label: isClientside ? "clientside" : `callback ${index}`, isClientside });
  for (const [id, property] of outputsOf(callback)) {
    edges.push({ from: key, to: addProp(id, property), kind: "output" });
  }
}

/** The outputs, parsed from Dash's name of the callback (S-9). */
function outputsOf({ output, no_output: hasNone }: CallbackSpec): [string, string][] {
  if (hasNone) return [];
  const names = output.startsWith("..") ? output.slice(2, -2).split("...") : [output];
  return names.map((name) => {
    const plain = withoutHash(name);
    const dot = plain.lastIndexOf(".");
    return [plain.slice(0, dot), plain.slice(dot + 1)];
  });
}

/** The column of a node is the length of the longest path to it. Each cycle is followed once. */
function findColumns(keys: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const incoming = new Map<string, string[]>();
  for (const { from, to, kind } of edges) {
    if (kind !== "state") incoming.set(to, [...(incoming.get(to) ?? []), from]);
  }
  const columns = new Map<string, number>();
  const visit = (key: string, above: ReadonlySet<string>): number => {
    const known = columns.get(key);
    if (known !== undefined) return known;
    const before = (incoming.get(key) ?? []).filter((from) => !above.has(from));
    const below = new Set(above).add(key);
    const column = Math.max(-1, ...before.map((from) => visit(from, below))) + 1;
    columns.set(key, column);
    return column;
  };
  for (const key of keys) visit(key, new Set());
  return columns;
}
