"""Runs an app's module behind an ordinary Dash server, with the page's hook for remote names.

    python reference_server.py APP_FOLDER PORT

With it the tests show whether the harness is right: a test that fails here says nothing of pyrt.
"""

import importlib
import json
import os
import sys

HOOK = """<script>
window.__pyrt_eval__ = async (expression) => {
  const response = await fetch("/__conf_eval__", { method: "POST", body: expression });
  const result = JSON.parse(await response.text());
  if (result.error) throw new Error(result.error);
  return JSON.stringify(result.value);
};
</script>"""


def main(folder: str, port: str) -> None:
    """Serve until the process is ended."""
    os.chdir(folder)
    sys.path.insert(0, folder)
    flask = importlib.import_module("flask")
    module = importlib.import_module("app")
    server = module.app.server

    @server.route("/__conf_eval__", methods=["POST"])
    def evaluate():
        expression = flask.request.get_data(as_text=True)
        try:
            value = eval(expression, vars(module))
            return json.dumps({"value": value}, default=repr)
        except Exception as error:  # noqa: BLE001 - the page reports it
            return json.dumps({"error": repr(error)})

    @server.after_request
    def add_hook(response):
        if response.mimetype == "text/html" and not response.direct_passthrough:
            text = response.get_data(as_text=True)
            response.set_data(text.replace("<head>", f"<head>{HOOK}", 1))
        return response

    server.run(host="127.0.0.1", port=int(port), threaded=True, use_reloader=False, debug=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
