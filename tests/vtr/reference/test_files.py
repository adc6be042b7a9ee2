import os
import stat
from pathlib import Path

import pytest

from vtr.reference.errors import VtrError
from vtr.reference.files import replacing, replacing_path, write_bytes, write_text


class Interrupted(BaseException):
    pass


def test_text_is_written_as_utf8_with_its_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "report.tsv", "无有效追踪\tX\nb\r\n")
    assert (tmp_path / "report.tsv").read_bytes() == "无有效追踪\tX\nb\r\n".encode()


def test_a_written_file_replaces_the_one_before_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_bytes(tmp_path / "report.tsv", b"old")
    write_bytes(tmp_path / "report.tsv", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("report.tsv", b"new")]


def test_nothing_stands_under_the_final_name_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "report.tsv"
    with replacing(path) as stream:
        stream.write(b"half")
        stream.flush()
        assert not path.exists()
    assert path.read_bytes() == b"half"


@pytest.mark.parametrize("failure", [RuntimeError("broken"), Interrupted()])
def test_after_a_failure_the_old_file_stands_and_no_temporary_one(tmp_path: Path, failure: BaseException) -> None:
    def fail_midway() -> None:
        with replacing(path) as stream:
            stream.write(b"half")
            raise failure

    path = tmp_path / "report.tsv"
    path.write_bytes(b"old")
    with pytest.raises(type(failure)):
        fail_midway()
    assert [(left.name, left.read_bytes()) for left in tmp_path.iterdir()] == [("report.tsv", b"old")]


def test_after_a_failure_there_is_no_file_where_none_was(tmp_path: Path) -> None:
    def fail_midway(path: Path) -> None:
        with replacing_path(path) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_midway(tmp_path / "report.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(VtrError, match=r"there is no folder .*reports; make it first"):
        write_bytes(tmp_path / "reports" / "r.tsv", b"")


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "reports").write_bytes(b"")
    with pytest.raises(VtrError, match="is not a folder"):
        write_bytes(tmp_path / "reports" / "r.tsv", b"")


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(VtrError, match="is a folder; name a file in it"):
        write_bytes(tmp_path, b"")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(VtrError, match="no permission in"):
            write_bytes(tmp_path / "r.tsv", b"")
    finally:
        tmp_path.chmod(0o700)


def test_what_the_system_refuses_is_said_without_its_error_class(tmp_path: Path) -> None:
    def refused(path: Path) -> None:
        with replacing(path):
            raise PermissionError(13, "Permission denied")

    with pytest.raises(VtrError, match=r"r\.tsv cannot be written: no permission in"):
        refused(tmp_path / "r.tsv")


def test_a_name_as_long_as_names_get_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write_bytes(path, b"x")
    assert path.read_bytes() == b"x"


def test_a_name_longer_than_names_get_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VtrError, match="cannot be written: File name too long"):
        write_bytes(tmp_path / ("n" * 256), b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.tsv").write_bytes(b"old")
    link = tmp_path / "link.tsv"
    link.symlink_to("real.tsv")
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real.tsv").read_bytes() == b"new"


def test_what_is_no_regular_file_is_written_through() -> None:
    write_bytes(Path("/dev/null"), b"x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_path_for_another_writer_must_be_a_regular_file() -> None:
    with pytest.raises(VtrError, match="is not a regular file"), replacing_path(Path("/dev/null")):
        pass


def test_a_writer_that_writes_nothing_leaves_nothing(tmp_path: Path) -> None:
    with replacing_path(tmp_path / "r.parquet"):
        pass
    assert list(tmp_path.iterdir()) == []
