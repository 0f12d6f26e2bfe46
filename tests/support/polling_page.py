"""A page with a background callback, which polls as Dash's renderer does."""

from urllib.parse import quote

from tests.support.programs import wait_for


class Page:
    """The requests of Dash's renderer for a background callback."""

    def __init__(self, system, request, query=""):
        self.server = system.server
        self.request = request
        self.started = self.server.post(request, query, cookie="name=value")
        self.handles = self.started.json() if self.started.status_code == 200 else {}
        self.news = []

    @property
    def query(self):
        names = [name for name in ("cacheKey", "job") if self.handles.get(name)]
        return "?" + "&".join(f"{name}={quote(self.handles[name])}" for name in names)

    def poll(self):
        """Send one poll; inputs and state are sent without their values."""
        emptied = {
            role: [
                item if isinstance(item, list) else {**item, "value": None}
                for item in self.request[role]
            ]
            for role in ("inputs", "state")
            if role in self.request
        }
        response = self.server.post({**self.request, **emptied}, self.query)
        if response.status_code == 200:
            self.news.append(response.json())
        return response

    def until(self, key):
        """Poll until an answer has this key; return what it has there."""
        wait_for(lambda: key in self.poll().json(), key)
        return self.news[-1][key]

    def end(self):
        """Poll until the job has ended; return the last response."""
        responses = []

        def is_over():
            responses.append(self.poll())
            return responses[-1].status_code != 200 or "response" in responses[-1].json()

        wait_for(is_over, "the end of a job")
        return responses[-1]
