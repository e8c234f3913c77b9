"""PDFs from strangers: refused when they would do anything but be read.

No PDF is parsed here, for a parser can be led astray. What a PDF must name to run a script,
start a program or carry another file is searched for: in the file as it stands, and in the
packed streams where objects can hide. Names can be spelt with #xx, so those are undone first.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

LARGEST_OBJECT_STREAM = 4 * 1024 * 1024
MOST_UNPACKED_BYTES = 60 * 1024 * 1024
MOST_STREAMS = 50_000

# Long enough not to stand in compressed data by chance.
_ACTIVE = (
    *(b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/Rendition", b"/SubmitForm"),
    *(b"/ImportData", b"/GoToE", b"/Movie", b"/Flash"),
)
_SHORT_ACTIVE = re.compile(rb"/(?:XFA|3D)[\s\[<(/]")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Objects packed together: the stream begins with the number of each object and its place.
_LOOKS_LIKE_OBJECTS = re.compile(rb"\s*\d+\s+\d+\s")
_BITE = 4096
_STREAM = re.compile(rb"stream\r?\n")
_DICTIONARY_BYTES = 64 * 1024  # how far before its stream a dictionary is looked for


class DamagedPDF(ValueError):
    """Not a whole PDF, or one that is another kind of file as well."""


class ActivePDF(ValueError):
    """The PDF holds scripts, actions or other files."""


class LockedPDF(ValueError):
    """The PDF is encrypted, so nobody can tell what it holds."""


def check_pdf(content: bytes) -> None:
    """Return when the content is a PDF to read and nothing else; otherwise raise one of ours."""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise DamagedPDF("not whole")
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise DamagedPDF("a zip file as well")
    plain = _spelt_out(content)
    if b"/Encrypt" in plain:
        raise LockedPDF
    _refuse_active(plain)
    for objects in _packed_objects(content):
        _refuse_active(_spelt_out(objects))


def _spelt_out(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _refuse_active(content: bytes) -> None:
    if any(name in content for name in _ACTIVE) or _SHORT_ACTIVE.search(content):
        raise ActivePDF


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """What is packed in object streams. Raises DamagedPDF where one cannot be looked into."""
    unpacked = 0
    for number, start in enumerate(_STREAM.finditer(content)):
        dictionary = _dictionary_before(content, start.start())
        declared = b"/ObjStm" in dictionary
        if declared and not _is_plainly_packed(dictionary):
            raise DamagedPDF("packed in a way that no program uses")
        if declared or _LOOKS_LIKE_OBJECTS.match(_unpack(content, start.end(), 64)):
            objects = _unpack(content, start.end(), LARGEST_OBJECT_STREAM)
            unpacked += len(objects)
            yield objects
            if declared and len(objects) >= LARGEST_OBJECT_STREAM:
                raise DamagedPDF("too much in it")
        if number > MOST_STREAMS or unpacked > MOST_UNPACKED_BYTES:
            raise DamagedPDF("too much in it")


def _dictionary_before(content: bytes, place: int) -> bytes:
    begin = max(0, place - _DICTIONARY_BYTES)
    return _spelt_out(content[max(begin, content.rfind(b"obj", begin, place)) : place])


def _is_plainly_packed(dictionary: bytes) -> bool:
    filters = [f for f in re.findall(rb"/(\w+)", dictionary) if f.endswith(b"Decode")]
    wanted = [b"FlateDecode"] if b"/Filter" in dictionary else []
    return filters == wanted and b"Predictor" not in dictionary


def _unpack(content: bytes, place: int, most: int) -> bytes:
    """At most so many bytes of a stream; those as they stand when it is not compressed."""
    unpacker, unpacked = zlib.decompressobj(), b""
    try:
        # In small bites: zlib copies what it has not used yet.
        while len(unpacked) < most and not unpacker.eof and place < len(content):
            bite = content[place : place + _BITE]
            unpacked += unpacker.decompress(bite, most - len(unpacked))
            place += _BITE
    except zlib.error:
        return unpacked or content[place : place + most]
    return unpacked
