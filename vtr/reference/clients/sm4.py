"""China Post's sealing of a request: SM4 in ECB mode over the JSON and the key's own text.

The key is the Base64 text of 16 bytes. What is encrypted is the JSON immediately followed by that text, which is how
the platform knows that the sender has the key; the result is Base64 behind the prefix `|$4|`. Three independent clients
of the platform agree on it (B); the block cipher is GB/T 32907-2016.
"""

import base64
import binascii

PREFIX = "|$4|"
KEY_BYTES = 16
_BLOCK_BITS = 128


def seal(message: str, key: str) -> str:
    """Encrypt a JSON text with the Base64 text of the key. Raises ValueError if the key is no 16 bytes in Base64."""
    # Imported here: loading the library takes longer than asking the other four carriers' modules to load.
    from cryptography.hazmat.primitives import padding  # noqa: PLC0415 (see above)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 (see above)

    padder = padding.PKCS7(_BLOCK_BITS).padder()
    padded = padder.update((message + key).encode()) + padder.finalize()
    # ECB is the platform's choice, not ours.
    encryptor = Cipher(algorithms.SM4(key_bytes(key)), modes.ECB()).encryptor()  # noqa: S305 (see above)
    return PREFIX + base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def key_bytes(key: str) -> bytes:
    """Read the key's Base64 text. Raises ValueError if it is not Base64 of 16 bytes."""
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise ValueError("the SM4 key is no Base64 text") from broken
    if len(raw) != KEY_BYTES:
        raise ValueError(f"the SM4 key has {len(raw)} bytes, expected {KEY_BYTES}")
    return raw
