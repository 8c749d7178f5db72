"""Signed notes of C2SP signed-note with Ed25519: a text that says who signed it, checkable with one line of key."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dancu.ledger.proof.fault import Fault, malformed

ED25519 = b"\x01"
NOTE_BYTES_MAX = 65_536
SIGNATURES_MAX = 16
_DASH = "\u2014 "
_SECRET_PREFIX = "PRIVATE+KEY+"


def key_id(name: str, public: bytes) -> bytes:
    """SHA-256(name || 0x0A || 0x01 || 32-byte public key), its first four bytes."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def check_name(name: str) -> str:
    """The key name, if it is not empty and has neither a space nor a plus. Raises `Fault` otherwise."""
    if not name or "+" in name or any(c.isspace() or ord(c) < 32 for c in name):
        raise malformed("tên khóa không hợp lệ", "a key name is empty or holds a space or a plus")
    return name


def unbase64(text: str) -> bytes:
    """Standard base64, padded and without other characters. Raises `Fault` otherwise."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or base64.b64encode(data).decode() != text:
        raise malformed("base64 không hợp lệ", "invalid base64")
    return data


def _key_parts(text: str) -> tuple[str, bytes]:
    """(name, 32 key bytes) of `name+id+base64`; the id is for the caller to compare."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise malformed("khóa phải có dạng tên+mã+base64", "a key has the form name+id+base64")
    data = unbase64(parts[2])
    if len(data) != 33 or data[:1] != ED25519:
        raise malformed("khóa không phải Ed25519", "the key is not Ed25519")
    return check_name(parts[0]), data[1:]


@dataclass(frozen=True)
class VerifierKey:
    """A public key under a name: `example.org/log+1a2b3c4d+AQ…`."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read `name+id+base64(0x01 || public key)`. Raises `Fault` where the id does not fit."""
        name, public = _key_parts(text)
        key = cls(name, public)
        if text.strip() != key.text():
            raise malformed("mã khóa không khớp với khóa", "the key's id does not fit the key")
        return key

    def text(self) -> str:
        """The line that is handed to whoever checks."""
        data = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{key_id(self.name, self.public).hex()}+{data}"

    def renamed(self, name: str) -> VerifierKey:
        """The same public key under another name, which gives it another id."""
        return VerifierKey(check_name(name), self.public)

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether the 64-byte signature over the note's text is by this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, repr=False)
class SigningKey:
    """A secret Ed25519 key under a name; its text is for a file that only its owner may read."""

    name: str
    seed: bytes

    @classmethod
    def create(cls, name: str, seed: bytes | None = None) -> SigningKey:
        """A new key, or the one of a given 32-byte seed (RFC 8032 secret)."""
        return cls(check_name(name), seed or Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read `PRIVATE+KEY+name+id+base64(0x01 || seed)`. Raises `Fault` for anything else."""
        if not text.startswith(_SECRET_PREFIX):
            raise malformed("không phải khóa ký", "this is not a signing key")
        name, seed = _key_parts(text[len(_SECRET_PREFIX) :])
        key = cls(name, seed)
        if key.text() != text.strip():
            raise malformed("mã khóa không khớp với khóa", "the key's id does not fit the key")
        return key

    def text(self) -> str:
        """The secret as one line."""
        kept = key_id(self.name, self.verifier.public).hex()
        return f"{_SECRET_PREFIX}{self.name}+{kept}+{base64.b64encode(ED25519 + self.seed).decode()}"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def renamed(self, name: str) -> SigningKey:
        """The same secret under another name."""
        return SigningKey(check_name(name), self.seed)

    def sign(self, text: str) -> bytes:
        """The signed note of a text that ends in a newline and has no other control character."""
        if not text.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in text):
            raise malformed("văn bản cần ký không hợp lệ", "the text to sign does not end in a newline")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        data = base64.b64encode(key_id(self.name, self.verifier.public) + signature).decode()
        return f"{text}\n{_DASH}{self.name} {data}\n".encode()


def _signatures(lines: list[str]) -> list[tuple[str, bytes]]:
    found = []
    for line in lines:
        words = line.removeprefix(_DASH).split(" ")
        if not line.startswith(_DASH) or len(words) != 2:
            raise malformed("dòng chữ ký không hợp lệ", "a signature line is broken")
        data = unbase64(words[1])
        if len(data) < 5:
            raise malformed("chữ ký quá ngắn", "a signature is too short")
        found.append((check_name(words[0]), data))
    return found


def split(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """(text, [(key name, key id || signature)]) of a signed note, nothing verified. Raises `Fault` if malformed."""
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed("không phải UTF-8", "not UTF-8") from None
    text, blank, signed = whole.rpartition("\n\n")
    if not blank or not signed.endswith("\n") or len(note) > NOTE_BYTES_MAX:
        raise malformed("thiếu phần chữ ký", "the note has no signatures")
    if any(ord(c) < 32 and c != "\n" for c in whole):
        raise malformed("có ký tự điều khiển", "the note holds control characters")
    lines = signed[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise malformed("quá nhiều chữ ký", "the note has too many signatures")
    return text + "\n", _signatures(lines)


def open_note(note: bytes, key: VerifierKey) -> str:
    """The text of a note signed by `key`; other signatures are ignored. Raises `Fault` where it does not hold."""
    text, signatures = split(note)
    wanted = (key.name, key_id(key.name, key.public))
    ours = [data[4:] for name, data in signatures if (name, data[:4]) == wanted]
    if not ours:
        raise Fault(
            "unsigned",
            vi="Không có chữ ký của khóa đã cho; tên, mã khóa hoặc chính khóa không khớp.",
            en="There is no signature by the given key; the name, the id or the key itself differs.",
        )
    if not all(key.accepts(text.encode(), signature) for signature in ours):
        raise Fault(
            "bad_signature",
            vi="Chữ ký không đúng: nội dung hoặc chữ ký đã bị sửa.",
            en="The signature does not fit: the text or the signature was altered.",
        )
    return text
