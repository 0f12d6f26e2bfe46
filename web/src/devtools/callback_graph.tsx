/** The graph of the app's callbacks: props, and the callbacks that read and write them. */

import { useHost } from "../contract/contexts";
import { type Graph, type GraphEdge, type GraphNode, layOutGraph } from "./graph_layout";
import { onActivationKey } from "./keyboard";

const nodeWidth = 180;
const nodeHeight = 28;

export function CallbackGraph(): React.ReactElement {
  const { page } = useHost();
  const { callbacks } = page.callbacks;
  const graph = React.useMemo(() => layOutGraph(callbacks), [callbacks]);
  const [selected, setSelected] = React.useState<string | null>(null);
  const drawing =
    graph.nodes.length === 0 ? (
      <div className="dash-callback-dag--message">This app has no callbacks.</div>
    ) : (
      <div className="dash-callback-dag--scroll">
        <Drawing graph={graph} selected={selected} onSelect={setSelected} />
      </div>
    );
  return (
    <div className="dash-callback-dag--container">
      {drawing}
      {selected !== null && <Info name={selected} />}
    </div>
  );
}

interface DrawingProps {
  readonly graph: Graph;
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
}

function Drawing({ graph, selected, onSelect }: DrawingProps): React.ReactElement {
  const places = new Map(graph.nodes.map((node) => [node.key, node]));
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no fieldsets in SVG
    <svg width={graph.width} height={graph.height} role="group" aria-label="Graph of callbacks">
      <title>Graph of callbacks</title>
      {graph.edges.map((edge) => (
        <Edge key={`${edge.kind} ${edge.from} ${edge.to}`} edge={edge} places={places} />
      ))}
      {graph.nodes.map((node) => (
        <Box key={node.key} node={node} isSelected={node.key === selected} onSelect={onSelect} />
      ))}
    </svg>
  );
}

interface EdgeProps {
  readonly edge: GraphEdge;
  readonly places: ReadonlyMap<string, GraphNode>;
}

function Edge({ edge, places }: EdgeProps): React.ReactElement | null {
  const from = places.get(edge.from);
  const to = places.get(edge.to);
  if (!from || !to) return null;
  const startX = from.x + nodeWidth;
  const startY = from.y + nodeHeight / 2;
  const endY = to.y + nodeHeight / 2;
  const middle = (startX + to.x) / 2;
  const line = `M${startX},${startY} C${middle},${startY} ${middle},${endY} ${to.x},${endY}`;
  return <path className={`dash-callback-dag--edge dash-callback-dag--${edge.kind}`} d={line} />;
}

interface BoxProps {
  readonly node: GraphNode;
  readonly isSelected: boolean;
  readonly onSelect: (key: string) => void;
}

function Box({ node, isSelected, onSelect }: BoxProps): React.ReactElement {
  const { key, kind, label, isClientside, x, y } = node;
  const classes = [
    `dash-callback-dag--node dash-callback-dag--${kind}`,
    isClientside ? "dash-callback-dag--clientside" : "",
    isSelected ? "dash-callback-dag--selected" : "",
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
    <g
      className={classes.join(" ")}
      transform={`translate(${x},${y})`}
      role="button"
      tabIndex={0}
      onClick={() => onSelect(key)}
      aria-label={label}
      aria-pressed={isSelected}
      onKeyDown={onActivationKey(() => onSelect(key))}
    >
      <title>{label}</title>
      <rect width={nodeWidth} height={nodeHeight} rx={kind === "callback" ? 14 : 4} />
      <text x={10} y={19}>
        {label.length > 26 ? `${label.slice(0, 25)}…` : label}
      </text>
    </g>
  );
}

/** The current value of a prop, or the name of a callback. */
function Info({ name }: { readonly name: string }): React.ReactElement {
  const { page } = useHost();
  const dot = name.lastIndexOf(".");
  const value = dot > 0 ? page.store.propsOf(name.slice(0, dot))?.[name.slice(dot + 1)] : undefined;
  return (
    <div className="dash-callback-dag--info" role="status">
      <b>{name}</b>
      <pre>{describe(value)}</pre>
    </div>
  );
}

const infoLength = 2000;

function describe(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? "";
  return text.length > infoLength ? `${text.slice(0, infoLength)}…` : text;
}
