// The worker of Dash in Pyodide: the unmodified Dash, whose Flask answers requests by its test client.
import { loadPyodide } from "./pyodide.mjs";

const PROGRAM = `
import importlib, json, os, sys
sys.path[:0] = ["/app", "/packages"]
os.chdir("/app")
_module = importlib.import_module("app")
_client = _module.app.server.test_client()

def _respond(origin, method, path, headers, body):
    sent = [(n, v) for n, v in headers.to_py() if n.lower() not in ("content-length", "host")]
    data = None if body is None else body.to_py().tobytes()
    response = _client.open(path, base_url=origin, method=method, headers=sent, data=data)
    kept = [[n, v] for n, v in response.headers.items() if n.lower() not in ("content-length", "set-cookie")]
    return json.dumps([response.status_code, kept]), response.get_data()

def _evaluate(expression):
    return json.dumps(eval(expression, vars(_module)), default=repr)
`;
let origin, respond, evaluate;

const download = async (name) => {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.arrayBuffer();
};

const start = async () => {
  const indexURL = new URL("./", import.meta.url).href;
  const [pyodide, packages, core, app] = await Promise.all([
    loadPyodide({ indexURL }),
    ...["./packages.zip", "./pydantic_core.whl", "./app.zip"].map(download),
  ]);
  const batched = (log) => self.postMessage({ log });
  pyodide.setStdout({ batched });
  pyodide.setStderr({ batched });
  pyodide.unpackArchive(packages, "zip", { extractDir: "/packages" });
  pyodide.unpackArchive(core, "zip", { extractDir: "/packages" });
  pyodide.unpackArchive(app, "zip", { extractDir: "/app" });
  pyodide.runPython(PROGRAM);
  respond = pyodide.globals.get("_respond");
  evaluate = pyodide.globals.get("_evaluate");
};

const answer = ({ method, path, headers, body }) => {
  const pair = respond(origin, method, path, headers, body ? new Uint8Array(body) : undefined);
  const [status, sent] = JSON.parse(pair.get(0));
  const bytes = pair.get(1);
  const view = bytes.getBuffer("u8");
  const buffer = view.data.slice().buffer;
  view.release();
  bytes.destroy();
  pair.destroy();
  return { status, headers: sent, body: buffer };
};

self.onmessage = async ({ data }) => {
  const { id, kind } = data;
  try {
    if (kind === "start") {
      origin = data.origin;
      await start();
      self.postMessage({ id });
    } else if (kind === "evaluate") {
      self.postMessage({ id, value: evaluate(data.expression) });
    } else {
      const response = answer(data);
      self.postMessage({ id, ...response }, [response.body]);
    }
  } catch (error) {
    self.postMessage({ id, error: String(error?.message ?? error) });
    self.postMessage({ log: String(error?.message ?? error) });
  }
};
