"""The other side of the benchmark: a token service, and a proxy that adds distance. Standard library only."""

import asyncio
import base64
import http.server
import json
import ssl
import subprocess
import threading
import time
import urllib.parse

USER, PASSWORD, SERVICE = "bench", "bench-password", "bench"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw_signature(der):
    """An ECDSA signature as two numbers of 32 bytes (RFC 7518, 3.4), out of its DER form."""
    first = der[4 : 4 + der[3]]
    second = der[6 + der[3] :]
    return first[-32:].rjust(32, b"\0") + second[-32:].rjust(32, b"\0")


class TokenService:
    """Signs tokens that docker-registry accepts, and counts them."""

    def __init__(self, key, certificate):
        self.key, self.requests = key, 0
        lines = open(certificate).read().splitlines()
        self.chain = ["".join(line for line in lines if not line.startswith("-----"))]
        self.tokens = {}
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # As servers of HTTP do: else an answer waits 40 ms for the session ticket before it to be acknowledged.
            disable_nagle_algorithm = True

            def do_GET(self):
                service.requests += 1
                pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
                query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
                allowed = self.headers.get("Authorization") == f"Basic {pair}"
                body = json.dumps(service.answer(query) if allowed else {}).encode()
                self.send_response(200 if allowed else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                service.requests += 1
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, query):
        scopes = [s for scope in query.get("scope", []) for s in scope.split(" ")]
        access = [
            {"type": kind, "name": name, "actions": actions.split(",")}
            for kind, name, actions in (scope.split(":") for scope in scopes)
        ]
        return {"token": self.token(json.dumps(access, sort_keys=True)), "expires_in": 300}

    def token(self, access):
        # Signing starts a process, which is not what is measured: each kind of token is signed once.
        if access not in self.tokens:
            now = int(time.time())
            claims = {
                "iss": SERVICE, "sub": USER, "aud": SERVICE, "access": json.loads(access),
                "iat": now, "nbf": now - 60, "exp": now + 86400, "jti": str(len(self.tokens)),
            }
            header = {"typ": "JWT", "alg": "ES256", "x5c": self.chain}
            text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
            signed = subprocess.run(
                ["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(),
                stdout=subprocess.PIPE, check=True)
            self.tokens[access] = text + "." + base64url(raw_signature(signed.stdout))
        return self.tokens[access]


class DistanceProxy:
    """Passes bytes on after half of a round trip each way; a new connection waits for one of its own."""

    def __init__(self, target, round_trip):
        self.target, self.delay = target, round_trip / 2
        ready = threading.Event()
        self.loop = asyncio.new_event_loop()

        async def start():
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await server.serve_forever()

        threading.Thread(target=lambda: self.loop.run_until_complete(start()), daemon=True).start()
        ready.wait()

    async def serve(self, reader, writer):
        try:
            await asyncio.sleep(2 * self.delay)
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            await asyncio.gather(self.pump(reader, far_writer), self.pump(far_reader, writer))
        except OSError:
            pass
        finally:
            writer.close()

    async def pump(self, reader, writer):
        queue = asyncio.Queue()

        async def send():
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0, due - self.loop.time()))
                if not data:
                    break
                writer.write(data)
                await writer.drain()
            writer.close()

        sending = asyncio.ensure_future(send())
        while True:
            try:
                data = await reader.read(65536)
            except OSError:
                data = b""
            queue.put_nowait((self.loop.time() + self.delay, data))
            if not data:
                break
        await sending
