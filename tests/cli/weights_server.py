"""A server of weights on this machine, and a catalog that names it."""

import hashlib
import http.server
import json
import os
import threading

from program import ProgramTest

CONTENT = bytes(range(256)) * 4000


class Server(http.server.ThreadingHTTPServer):
    """Serves /ranges (can begin in the middle), /plain (cannot), /slow, /other, /long; /gone is a 404.

    /drip sends a byte now and then, /trickle 2 KiB a second.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []  # (path, Range header)
        self.released = threading.Event()  # /slow sends its second half after this
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def address(self, path):
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.requests.append((self.path, self.headers["Range"]))
        content = {"/other": b"x" * len(CONTENT), "/long": CONTENT + b"x"}.get(self.path, CONTENT)
        start = 0
        if self.path == "/gone":
            return self.send_error(404)
        if self.path in ("/drip", "/trickle"):
            return self.send_slowly(content, *{"/drip": (1, 0.2), "/trickle": (512, 0.25)}[self.path])
        if self.path == "/ranges" and self.headers["Range"]:
            start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if self.path == "/slow":
            self.wfile.write(content[: len(content) // 2])
            self.server.released.wait(30)
            start = len(content) // 2
        try:
            self.wfile.write(content[start:])
        except OSError:
            pass  # the program has had enough

    def send_slowly(self, content, piece, seconds):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            for i in range(0, len(content), piece):
                self.wfile.write(content[i : i + piece])
                if self.server.released.wait(seconds):
                    return
        except OSError:
            pass


class FetchTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.released.set)

    def catalog(self, *sources, format=1, **changes):
        entry = {
            "name": "net",
            "description": "a test",
            "cfg": "cfg/net.cfg",
            "names": "cfg/net.names",
            "size": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "sources": list(sources),
            **changes,
        }
        self.put("catalog.json", json.dumps({"format": format, "models": [entry]}))

    command = ("fetch", "net", "--catalog", "catalog.json", "--to", "w")

    def assert_fetched(self, **options):
        out = self.run_well(*self.command, **options)
        self.assertEqual(out, "w/net.weights: fetched, verified\n")
        self.assertEqual((self.folder / "w/net.weights").read_bytes(), CONTENT)
        self.assertEqual(os.listdir(self.folder / "w"), ["net.weights"])
