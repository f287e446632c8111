"""A folder or zip dropped as one: taken apart into drops of its own, or given back whole.

    look inside ─ bring out one after the other ─ let the bundle go

What comes out is worked off in the same look, so that records of one bundle complete each other. Taken
apart again after a kill or a full disk, it goes on where it was: each file that is out has its place in the
journal.
"""

from __future__ import annotations

import shutil
from functools import partial

from pipeline.domain.errors import MachineError
from pipeline.domain.source import InputError
from pipeline.flow.drops.quarantine import quarantine
from pipeline.flow.ingest.endings import refuse
from pipeline.flow.outcomes.results import DropAnswer, Result
from pipeline.flow.site.budgets import budget_of_zip
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.bundles.bundle_folder import TooLargeError, files_of
from pipeline.intake.bundles.bundle_zip import BundleRefusedError, opened_zip, unpack
from pipeline.intake.claim import Claimed, finish, members_under_way, settle_members, take_out
from pipeline.intake.files import UnfitError, make_folder, move_file
from pipeline.intake.journal import DropState, Journal
from pipeline.intake.kinds import DropKind, kind_of
from pipeline.system.files import PART


def is_bundle(claimed: Claimed) -> bool:
    """Whether the drop is a folder or a zip."""
    return kind_of(claimed.name) is DropKind.BUNDLE or claimed.path.is_dir()


def open_bundle(place: Workplace, journal: Journal, claimed: Claimed) -> tuple[Claimed, ...] | DropAnswer:
    """The drops it is made of, those not over yet; or how it ended where it cannot be taken apart.

    Raises:
        JekeError: the machine is at fault; the bundle stays claimed, and what is out of it stays out.
    """
    settle_members(claimed, place.places.work, journal)
    try:
        if claimed.path.is_dir():
            _bring_out_of_folder(place, journal, claimed)
        else:
            _bring_out_of_zip(place, journal, claimed)
    except BundleRefusedError as refused:
        return _refused(place, journal, claimed, refused)
    except (UnfitError, TooLargeError):
        raise MachineError("drop_unfit") from None
    except OSError as error:
        raise MachineError("work_unusable", reason=error.strerror or "") from error
    members = members_under_way(claimed, place.places.work, journal)
    count = len(journal.taken_out_of(claimed.drop_id))
    finish(claimed, place.places.work, journal, DropState.DONE, now=place.clock(), detail={"members": count})
    return members


def _bring_out_of_folder(place: Workplace, journal: Journal, claimed: Claimed) -> None:
    for path in files_of(claimed.path):
        put = partial(move_file, claimed.path / path)
        take_out(claimed, path, put, place.places.work, journal, now=place.clock())


def _bring_out_of_zip(place: Workplace, journal: Journal, claimed: Claimed) -> None:
    """Unpacked beside the zip first: one that turns out damaged at its last file comes back whole."""
    stage = claimed.path.with_name(PART)
    shutil.rmtree(stage, ignore_errors=True)
    with opened_zip(claimed.path, budget_of_zip()) as (bundle, members):
        make_folder(stage)
        for number, member in enumerate(members):
            unpack(bundle, member, stage / str(number))
    for number, member in enumerate(members):
        put = partial(move_file, stage / str(number))
        take_out(claimed, member.path, put, place.places.work, journal, now=place.clock())


def _refused(place: Workplace, journal: Journal, claimed: Claimed, refused: BundleRefusedError) -> DropAnswer:
    error = InputError(refused.code, claimed.name, 0, 0, {"member": refused.member})
    drop = DropAnswer(
        claimed.name, claimed.sha256, claimed.size, Result.REFUSED, place.today, errors=(error,)
    )
    return (quarantine if refused.hostile else refuse)(place, journal, claimed, drop)
