/**
 * Failures of the interpreter's WebAssembly, as where memory is short. Pyodide writes them to the console and then
 * waits for ever; here they end the start.
 */

const NAMES = ["instantiate", "instantiateStreaming"] as const;

/** What `create` gives; rejects if an instantiation with imports fails meanwhile. */
export async function unlessInstantiationFails<T>(create: () => Promise<T>): Promise<T> {
  const originals = NAMES.map((name) => [name, WebAssembly[name]] as const);
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  for (const [name, original] of originals) {
    const watched = async (source: unknown, imports?: WebAssembly.Imports): Promise<unknown> => {
      try {
        return await (original as (source: unknown, imports: unknown) => Promise<unknown>)(source, imports);
      } catch (error) {
        if (imports) fail(error);
        throw error;
      }
    };
    Object.assign(WebAssembly, { [name]: watched });
  }
  try {
    return await Promise.race([create(), failed]);
  } finally {
    for (const [name, original] of originals) Object.assign(WebAssembly, { [name]: original });
  }
}
