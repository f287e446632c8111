"""`jeke new`: a blank record, or a report, for those who write them."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import OutPath, common, write_new
from pipeline.domain.records import Case, Kind
from pipeline.record_format.blank import blank_record
from pipeline.record_format.fixed_words import understood


class _KindWord(click.Choice[str]):
    """The kind of record, in English or as it is said in Kazakh or Russian."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As click asks for it."""
        kind = understood(Kind, value)
        return super().convert(value if kind is None else kind.value, param, ctx)


class _FormWord(_KindWord):
    """The same, and the report of Annex 1."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As click asks for it."""
        return super().convert(_REPORT if value.casefold() in _REPORT_WORDS else value, param, ctx)


_REPORT = "report"
_REPORT_WORDS = frozenset({_REPORT, "баянат", "рапорт"})
KIND = _KindWord([kind.value for kind in Kind])
_FORM = _FormWord([*(kind.value for kind in Kind), _REPORT])
_FILE = OutPath(path_type=Path, dir_okay=False)


@click.command("new")
@click.argument("kind", type=_FORM, metavar="KIND")
@click.argument("case_id", required=False, metavar="[CASE]")
@click.option("--docx", type=_FILE, metavar="FILE")
@click.option("--pdf", type=_FILE, metavar="FILE")
@common
@click.pass_obj
def new(cli: CliContext, kind: str, case_id: str | None, *, docx: Path | None, pdf: Path | None) -> None:
    """A commented record to fill in, or a report as a file: blank, or with what is known of a case.

    Raises:
        NotFoundError: `nothing_found`, no such case is filed.
        RefusedError: `file_exists`.
        MachineError: the template or the renderer is at fault; `file_unwritable`.
    """
    if (kind == _REPORT) is (docx is None and pdf is None) or (case_id and kind != _REPORT):
        raise click.UsageError(cli.say.text("cli.new.files_of_a_report"))
    if kind != _REPORT:
        cli.put(blank_record(Kind(kind), cli.say.language).rstrip("\n"))
        return
    from pipeline.documents.templates.blank_report import as_pdf, blank_report

    if case_id is not None:
        blank = blank_report(cli.places.templates, _filed_case(cli, case_id))
    else:
        config = cli.config_if_any
        blank = blank_report(None if config is None else cli.places.templates)
    files = {docx: blank} if docx is not None else {}
    if pdf is not None:
        files[pdf] = as_pdf(blank)
    for path, data in files.items():
        write_new(path, data)
        cli.put(str(path))


def _filed_case(cli: CliContext, case_id: str) -> Case:
    from pipeline.flow.lookup.naming import case_to_report

    with cli.archive() as (root, index):
        return case_to_report(root, index, case_id, cli.actor)


COMMANDS = (new,)
