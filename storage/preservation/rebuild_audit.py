"""What auditors rest on, entered again from the store: register, seals, fixity, inspections, reports."""

from schemas.fixity import Loss, Repair, Sweep
from schemas.inspection import Inspected, Inspection
from schemas.register import Import
from schemas.report import Made
from schemas.seal import SignedSeal
from storage import keys
from storage.archive.archive import Archive
from storage.audit.seals import enter_seal
from storage.preservation.fixity import enter_digests, enter_sweep
from storage.records.inspections import enter_inspected, enter_inspection
from storage.records.losses import enter_loss, enter_repair
from storage.records.reports import enter_report
from storage.register.imports import enter_import, enter_segment


def enter_evidence(archive: Archive) -> int:
    """Enter all of it; how many lines of the register."""
    entered = _enter_register(archive)
    _enter_seals(archive)
    _enter_fixity(archive)
    _enter_inspections(archive)
    for key in archive.store.keys(keys.REPORTS):
        if key.endswith("/made.json"):
            enter_report(archive.database, archive.get_record(key, Made))
    return entered


def _enter_register(archive: Archive) -> int:
    """Import by import: keys are in the order in which they were made."""
    entered = 0
    for key in archive.store.keys(keys.REGISTER):
        if key.endswith("/import.json"):
            enter_import(archive.database, archive.get_record(key, Import))
        else:
            entered += enter_segment(archive, key)
    return entered


def _enter_seals(archive: Archive) -> None:
    for key in archive.store.keys(keys.SEALS):
        if key.endswith(".json"):
            enter_seal(archive.database, archive.get_record(key, SignedSeal))


def _enter_fixity(archive: Archive) -> None:
    for key in archive.store.keys(keys.DIGESTS):
        enter_digests(archive, key)
    for key in archive.store.keys(keys.SWEEPS):
        enter_sweep(archive.database, archive.get_record(key, Sweep))
    repairs = []
    for key in archive.store.keys(keys.LOSSES):
        if key.endswith(".repair.json"):
            repairs.append(archive.get_record(key, Repair))
        else:
            enter_loss(archive.database, archive.get_record(key, Loss))
    for repair in repairs:
        enter_repair(archive.database, repair)


def _enter_inspections(archive: Archive) -> None:
    said = []
    for key in archive.store.keys(keys.INSPECTIONS):
        if key.endswith("/inspection.json"):
            enter_inspection(archive.database, archive.get_record(key, Inspection))
        else:
            said.append(archive.get_record(key, Inspected))
    for one in said:
        enter_inspected(archive.database, one)
