"""Code that runs in the worker of a site before its own script."""


def begin_worker_with(page, script: str) -> None:
    """Let the worker's script begin with another one."""

    def answer(route):
        if route.request.resource_type == "fetch":  # the page compares the script with its hash
            route.continue_()
            return
        response = route.fetch()
        route.fulfill(response=response, body=script + response.text())

    page.route("**/pyrt/worker-*", answer)
