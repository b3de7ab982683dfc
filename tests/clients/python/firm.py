"""A firm as a program that knows nothing but the contracts sees it."""

import time

import grpc

from baton.directory.v1 import session_service_pb2, session_service_pb2_grpc


class Bearer(grpc.UnaryUnaryClientInterceptor):
    """Sends the token of whoever is signed in."""

    def __init__(self, token):
        self.token = token

    def intercept_unary_unary(self, proceed, details, request):
        metadata = [*(details.metadata or ()), ("authorization", f"Bearer {self.token}")]
        return proceed(details._replace(metadata=metadata), request)


class Firm:
    """Where a running system is, and a channel on which its first member is signed in."""

    def __init__(self, http, grpc_url, sign_in, namespace):
        self.http = http
        self.namespace = namespace
        self.address = grpc_url.removeprefix("http://")
        sessions = session_service_pb2_grpc.SessionServiceStub(self.stranger())
        request = session_service_pb2.CreateSessionRequest(**sign_in)
        token = sessions.CreateSession(request).token
        self.channel = grpc.intercept_channel(self.stranger(), Bearer(token))

    def stranger(self):
        """A channel on which nobody is signed in."""
        return grpc.insecure_channel(self.address)


def until(ask, ended, seconds=30):
    """Asks again until the answer is the one that is waited for: the work goes on in the server."""
    deadline = time.monotonic() + seconds
    answer = ask()
    while not ended(answer):
        assert time.monotonic() < deadline, f"still {answer}"
        time.sleep(0.05)
        answer = ask()
    return answer
