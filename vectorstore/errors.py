"""One error base for the whole house: a message that names the remedy, and the exit code it means."""


class CitedeskError(Exception):
    """Something the user can act on; the message says what happened and what to do about it."""

    exit_code = 1


class SettingsError(CitedeskError):
    """A setting or an argument is wrong (exit code 2)."""

    exit_code = 2


class ArchiveError(CitedeskError):
    """The archive cannot be opened, read or written."""


class NotAnArchive(ArchiveError):
    """The data folder holds something that is not a Citedesk archive."""

    exit_code = 2


class NewerArchive(ArchiveError):
    """The archive was written by a newer Citedesk."""

    exit_code = 2


class WrongModel(ArchiveError):
    """The archive was embedded with another model or chunker than the settings name."""

    exit_code = 2


class DiskFull(ArchiveError):
    """The disk (or a file-size limit) refused a write; what was acknowledged before is safe."""


class ArchiveBusy(ArchiveError):
    """Another process held the archive's write lock for longer than we wait."""


class EmbeddingModelError(CitedeskError):
    """The embedding model cannot be loaded or used."""

    exit_code = 2


class IndexUnavailable(CitedeskError):
    """The vector index cannot answer now; searches go on exactly, from SQLite."""
