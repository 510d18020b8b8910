"""A certificate authority of this installation's own, so that a phone in the same room gets a secure page.

A service worker, and so the offline page, needs HTTPS. The key of the authority stays in the data folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from langnghe.common.clock import now

YEARS = dt.timedelta(days=3650)
DAYS = dt.timedelta(days=200)


def certificate_for(host: str) -> tuple[Path, Path, Path]:
    """Files (authority's certificate, certificate for this host, its key), made where they are missing or have run out."""
    folder = settings.DATA / "https"
    folder.mkdir(parents=True, exist_ok=True)
    authority, authority_key = open_authority(folder)
    certificate_file, key_file = folder / f"{host}.pem", folder / f"{host}.key"
    if not is_good(certificate_file):
        key = ec.generate_private_key(ec.SECP256R1())
        alternative: Any = x509.DNSName(host)
        with contextlib.suppress(ValueError):
            alternative = x509.IPAddress(ipaddress.ip_address(host))
        certificate = (
            builder(name(host), authority.subject, key, DAYS)
            .add_extension(x509.SubjectAlternativeName([alternative, x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(authority_key, hashes.SHA256())
        )
        write_key(key_file, key)
        certificate_file.write_bytes(pem(certificate) + pem(authority))
    return folder / "authority.crt", certificate_file, key_file


def open_authority(folder: Path) -> tuple[x509.Certificate, Any]:
    certificate_file, key_file = folder / "authority.crt", folder / "authority.key"
    if not is_good(certificate_file):
        key = ec.generate_private_key(ec.SECP256R1())
        who = name("Lắng Nghe, chứng thư của riêng máy này")
        certificate = (
            builder(who, who, key, YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        write_key(key_file, key)
        certificate_file.write_bytes(pem(certificate))
    known: Any = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    return x509.load_pem_x509_certificate(certificate_file.read_bytes()), known


def builder(subject: x509.Name, issuer: x509.Name, key: Any, span: dt.timedelta) -> x509.CertificateBuilder:
    at = now()
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(at - dt.timedelta(days=1)).not_valid_after(at + span)
    )


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def write_key(path: Path, key: Any) -> None:
    body = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)


def is_good(path: Path) -> bool:
    if not path.exists():
        return False
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc > now() + dt.timedelta(days=7)
