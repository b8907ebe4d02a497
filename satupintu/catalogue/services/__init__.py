"""What the office does with its service files: publish, withdraw, edit, compare. The shipped files lie beside."""

from satupintu.catalogue.difference import Change
from satupintu.catalogue.services.drafts import (
    EditedMeanwhile,
    copy_from_text,
    delete_draft,
    publish_draft,
    save_draft,
)
from satupintu.catalogue.services.files import (
    check_files,
    diff_files,
    diff_versions,
    publish_files,
    service_files,
)
from satupintu.catalogue.services.publishing import (
    DefinitionHasProblems,
    ServiceUnknown,
    Shipped,
    VersionTaken,
    list_shipped_files,
    offer_again,
    publish_shipped,
    publish_version,
    record_usual_time,
    sha256_of,
    shipped_definition,
    withdraw,
)

__all__ = [
    "Change",
    "DefinitionHasProblems",
    "EditedMeanwhile",
    "ServiceUnknown",
    "Shipped",
    "VersionTaken",
    "check_files",
    "copy_from_text",
    "delete_draft",
    "diff_files",
    "diff_versions",
    "list_shipped_files",
    "offer_again",
    "publish_draft",
    "publish_files",
    "publish_shipped",
    "publish_version",
    "record_usual_time",
    "save_draft",
    "service_files",
    "sha256_of",
    "shipped_definition",
    "withdraw",
]
