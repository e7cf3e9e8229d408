"""Certificates of a small authority of our own, for services that we start and only we may speak to.

Mutual TLS (RFC 8446): who has no certificate of this authority cannot speak to the service at all, on
whatever port or socket it listens. The authority's key is forgotten as soon as the one certificate is signed.
"""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from schemas.base.model import Frozen
from storage.private_files import write_private

_VALID = timedelta(days=3650)
"""A service is started anew, and gets new certificates, long before."""
_CLOCK_SKEW = timedelta(days=1)


class Certificates(Frozen):
    """PEM files, readable by us alone: the authority's certificate, the service's, and its key."""

    authority: Path
    certificate: Path
    key: Path


def make_certificates(folder: Path, host: str) -> Certificates:
    """A new authority and a certificate of it for the IP address `host`, as files in `folder`."""
    now = datetime.now(UTC)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("Sohoa, this start")
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(_name("sohoa"), authority_name, key.public_key(), now)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
        .sign(authority_key, SHA256())
    )
    files = Certificates(
        authority=folder / "authority.pem", certificate=folder / "service.pem", key=folder / "service-key.pem"
    )
    write_private(files.authority, authority.public_bytes(Encoding.PEM))
    write_private(files.certificate, certificate.public_bytes(Encoding.PEM))
    write_private(files.key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _VALID)
    )
