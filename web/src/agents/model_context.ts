/**
 * What a browser offers to pages with tools for its agent (WebMCP): `document.modelContext`, or `navigator.modelContext`
 * in older ones.
 */

/** The result of a tool, in the form of MCP. */
export interface ToolResult {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
}

/** The agent's side of a call; only older browsers have it. */
export interface ModelContextClient {
  requestUserInteraction?<T>(ask: () => Promise<T>): Promise<T>;
}

export interface ModelContextTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: object;
  readonly annotations: object;
  execute(input: object, client?: ModelContextClient): Promise<ToolResult>;
}

export interface ModelContext {
  /** In older browsers it takes no signal; then `unregisterTool` removes a tool. */
  registerTool(tool: ModelContextTool, options: { signal: AbortSignal }): unknown;
  readonly unregisterTool?: ((name: string) => void) | undefined;
}

/** Returns the object with which tools are registered; undefined if the browser has none. */
export function findModelContext(): ModelContext | undefined {
  const { modelContext } = document as { modelContext?: ModelContext };
  return modelContext ?? (navigator as { modelContext?: ModelContext }).modelContext;
}
