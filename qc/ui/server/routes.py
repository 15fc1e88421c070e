"""Our own addresses in the server: audio by a link, a new link for one that grows old, and files that a page made.

Every refusal is the same 404, so that nobody learns whether a call exists, whose it is or why they may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from qc.errors import QcError
from qc.ui.server import complaints, content, ranges
from qc.ui.server.downloads import Download, Downloads
from qc.ui.server.media import Media
from qc.ui.server.passes import Pass
from qc.ui.server.played import PART
from qc.ui.server.refused import Refused
from qc.ui.server.visit import of_scope
from qc.ui.server.visitor import Visitor
from qc.ui.server.wav import Wav

VISITOR = "qc.visitor"
"""Key of the scope under which the door leaves who asks."""


_PIECE = 1024 * 1024


def routes(media: Media, downloads: Downloads, base: str = "") -> list[BaseRoute]:
    """For `st.App`. `base`: the path below which the dashboard is, as ``/qc``, or empty."""

    def audio(request: Request) -> Response:
        return _answer(media, request)

    def renew(request: Request) -> Response:
        visitor: Visitor = request.scope[VISITOR]
        try:
            one = media.read(request.path_params["token"], renewing=True)
            media.admit(visitor, one)
        except Refused as refused:
            return _refused(media, visitor, refused)
        except QcError as error:
            return _failed(error)
        return JSONResponse(
            {"link": f"{base}/qc/audio/{media.passes.token(media.renewed(one))}"}, headers={"Cache-Control": "no-store"}
        )

    def file(request: Request) -> Response:
        visitor: Visitor = request.scope[VISITOR]
        try:
            one = downloads.admit(visitor, request.path_params["token"])
            if request.method == "GET":
                media.gate.note(visitor, "downloaded", detail={"action": one.action.value, "bytes": one.size})
        except Refused as refused:
            return _refused(media, visitor, refused)
        except QcError as error:
            return _failed(error)
        return StreamingResponse(_whole(one), headers=_attached(one), media_type=one.media_type)

    def nothing(request: Request) -> Response:
        return _nothing()

    return [
        Route(f"{base}/qc/audio/{{token}}", audio, methods=["GET"]),
        Route(f"{base}/qc/renew/{{token}}", renew, methods=["POST"]),
        Route(f"{base}/qc/file/{{token}}", file, methods=["GET"]),
        Route(f"{base}/qc/{{rest:path}}", nothing),
    ]


def _answer(media: Media, request: Request) -> Response:
    visitor: Visitor = request.scope[VISITOR]
    with ExitStack() as stack:
        try:
            one = media.read(request.path_params["token"])
            inspection = media.admit(visitor, one)
            opened = stack.enter_context(media.copies.opened(inspection.call.recording))
            over = content.hidden(inspection, one, media.gate.settings)
            wav = content.heard(opened, over, one)
        except Refused as refused:
            return _refused(media, visitor, refused)
        except (QcError, OSError, ValueError) as error:
            return _failed(error)
        headers = {
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
            "ETag": f'"{content.tag(over, one)}"',
        }
        start, stop, status = 0, wav.size, 200
        if request.method == "GET" and request.headers.get("if-range", headers["ETag"]) == headers["ETag"]:
            try:
                if part := ranges.asked(request.headers.get("range", ""), wav.size):
                    start, stop, status = *part, 206
                    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{wav.size}"
            except ranges.Unsatisfiable:
                return _nothing(416, {**headers, "Content-Range": f"bytes */{wav.size}"})
        headers["Content-Length"] = str(stop - start)
        if request.method == "HEAD":
            return Response(status_code=200, headers=headers, media_type="audio/wav")
        given = _given(media, request, one, wav, (start, stop), stack.pop_all())
        try:
            first = next(given, b"")
        except Refused as refused:
            return _refused(media, visitor, refused)
        except (QcError, OSError) as error:
            return _failed(error)
        return StreamingResponse(chain((first,), given), status, headers, media_type="audio/wav")


def _given(
    media: Media, request: Request, one: Pass, wav: Wav, part: tuple[int, int], open_until: ExitStack
) -> Iterator[bytes]:
    """The bytes; before each part of the recording it is asked again who hears it, and a new one is recorded."""
    with open_until:
        at, asked = part[0], -1
        for piece in wav.read(*part):
            span = wav.seconds(at, at + len(piece))
            if (now := int(span[0] // PART)) != asked:
                visitor = media.gate.ask(of_scope(request.scope))
                heard, asked = media.admit(visitor, one).call.recording, now
            for new in media.played.new(one.session, one.sound, span):
                end = min(new[1], heard.duration)
                detail = {"variant": one.variant.value, "channel": one.channel}
                media.gate.note(visitor, "played", heard.id, detail, (new[0], max(end, new[0])))
            yield piece
            at += len(piece)


def _whole(one: Download) -> Iterator[bytes]:
    for at in range(0, one.size, _PIECE):
        yield one.read(at, _PIECE)


def _attached(one: Download) -> dict[str, str]:
    """A browser saves it and does not look into it."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(one.name, safe='')}",
        "Content-Length": str(one.size),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _refused(media: Media, visitor: Visitor, refused: Refused) -> Response:
    media.gate.refuse(visitor, refused.code, refused.subject)
    return _nothing()


def _failed(error: Exception) -> Response:
    """The reason is for the operator: it may name a path."""
    complaints.complain("audio", error, say=False)
    return _nothing()


def _nothing(status: int = 404, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse("", status, headers or {"Cache-Control": "no-store"})
