"""A coordinator in a thread, as far as the nodes see one: what it answers is told beforehand."""

import contextlib
import hashlib
import http.server
import json
import socket
import threading


class FakeFarm:
    """Its jobs are done at once, unless ``script`` says otherwise: pairs of a path's end and what to do, once each."""

    def __init__(self, prefix="", host="127.0.0.1"):
        self.prefix = prefix
        self.requests = []
        self.jobs = {}
        self.cancelled = []
        self.asked = []
        self.script = []
        self.token = None
        farm = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                with contextlib.suppress(ConnectionError):  # of those who have heard enough
                    farm.answer(self)

            do_POST = do_DELETE = do_GET

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
            daemon_threads = True

        self.server = Server((host, 0), Handler)
        place = "[%s]" % host if ":" in host else host
        self.url = "http://%s:%d%s" % (place, self.server.server_port, prefix)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, call):
        body = call.rfile.read(int(call.headers.get("Content-Length", 0)))
        self.asked.append((call.command, call.path, dict(call.headers)))
        if self.token and call.headers.get("Authorization") != "Bearer " + self.token:
            return self.problem(call, 401, "give an access token")
        for n, (end, act) in enumerate(self.script):
            if call.path.endswith(end):
                del self.script[n]
                return act(call)
        assert call.path.startswith(self.prefix + "/v1/jobs"), call.path
        rest = call.path[len(self.prefix + "/v1/jobs") :].strip("/").split("/")
        if call.command == "POST":
            self.submit(call, body)
        elif call.command == "DELETE":
            self.cancelled.append(rest[0])
            self.json(call, 200, self.view(rest[0], "cancelled"))
        elif rest[1:] == ["events"]:
            self.events(call, [self.view(rest[0], "running", 0.5), self.view(rest[0], "done")])
        elif rest[1:] == ["image"] or rest[1:2] == ["previews"]:
            self.send(call, 200, "image/png", self.png(rest[0] if rest[1] == "image" else "preview"))

    def submit(self, call, body):
        key = call.headers["Idempotency-Key"]
        is_new = key not in self.jobs
        if is_new:
            self.jobs[key] = "job-%d" % (len(self.jobs) + 1)
            self.requests.append(json.loads(body))
        self.json(call, 201 if is_new else 200, self.view(self.jobs[key], "queued"))

    def view(self, job, state, fraction=None, **more):
        view = {"id": job, "state": state, "previews": [], **more}
        if fraction is not None:
            view["progress"] = {"fraction": fraction}
        if state == "done":
            view["pictureSha256"] = hashlib.sha256(self.png(job)).hexdigest()
        return view

    @staticmethod
    def png(job):
        return b"PNG of " + job.encode()

    def json(self, call, status, value):
        self.send(call, status, "application/json", json.dumps(value).encode())

    def problem(self, call, status, detail):
        self.json(call, status, {"status": status, "detail": detail})

    @staticmethod
    def send(call, status, kind, body, headers=()):
        call.send_response(status)
        call.send_header("Content-Type", kind)
        call.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(body)

    def events(self, call, views, breaks=False):
        """Chunked, as the coordinator sends them; one that breaks ends in the middle of a chunk."""
        call.send_response(200)
        call.send_header("Content-Type", "text/event-stream")
        call.send_header("Transfer-Encoding", "chunked")
        call.end_headers()
        for view in views:
            self.chunk(call, b"event:state\ndata:" + json.dumps({"kind": "state", "job": view}).encode() + b"\n\n")
            self.chunk(call, b"data:\n\n")  # a keep-alive
        if breaks:
            call.wfile.write(b"ffff\r\ndata:{")
            call.close_connection = True
        else:
            call.wfile.write(b"0\r\n\r\n")

    @staticmethod
    def chunk(call, data):
        call.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        call.wfile.flush()
