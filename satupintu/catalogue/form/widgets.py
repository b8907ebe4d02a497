"""Controls that HTML does not have: pick from a long list by searching, and rows of a repeating group."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

Option = tuple[str, str]  # value, label


@dataclass(frozen=True, slots=True)
class Found:
    """What a picker shows below its box: values to choose, parts of the list to open, and what they are of."""

    options: list[Option] = field(default_factory=list)
    parts: list[Option] = field(default_factory=list)
    title: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """How a list is opened part by part, for who does not know how a name is written."""

    title: Any
    label: Any
    button: Any
    help: Callable[[], str]
    listed: Callable[[], list[Option]]  # the parts that stand in a drop-down list
    opened: Callable[[str], Found]
    holding: Callable[[str], str]  # value -> the part it is in


NOTHING = Found()
LISTED = "in"  # the value of the button that opens what the drop-down list says


class Picker(forms.Widget):
    """
    A search box and the matches as radio buttons; works by posting the form, faster with a small script.

    With `parts` the list can also be opened part by part: from a drop-down list, or from matches that are parts.
    Posted: `<name>` the chosen value, `<name>-q` what was typed, `<name>-seen` what the shown matches are for,
    `<name>-in` the part in the drop-down list; the button `<name>-search` is "1" to search, "in", or a part to open.
    """

    template_name = "catalogue/widgets/picker.html"
    use_fieldset = False

    def __init__(
        self,
        *,
        source: str,
        search: Callable[[str], Found],
        find: Callable[[str], str | None],
        parts: Parts | None = None,
    ) -> None:
        super().__init__()
        self.source = source  # "wilayah", "kbli": the address that answers the script
        self.search = search
        self.find = find
        self.parts = parts

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:  # noqa: ARG002  Django's signature
        typed = str(data.get(f"{name}-q") or "").strip()[:120]
        pressed = str(data.get(f"{name}-search") or "")[:40]
        listed = str(data.get(f"{name}-in") or "").strip()[:40]
        if not pressed:
            pressed = "1" if typed else LISTED
        within = {"1": "", LISTED: listed}.get(pressed, pressed)
        return {
            "value": str(data.get(name) or "").strip()[:40],
            "typed": typed,
            "seen": str(data.get(f"{name}-seen") or "").strip()[:120],
            "within": within if self.parts else "",
        }

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:  # noqa: ARG002  as above
        return name not in data and f"{name}-q" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        given = (
            value
            if isinstance(value, dict)
            else {"value": value or "", "typed": "", "seen": "", "within": ""}
        )
        typed, chosen, within = given["typed"], given["value"], given["within"]
        label = self.find(chosen) if chosen else None
        found = NOTHING
        if within and self.parts:
            found = self.parts.opened(within)
        elif typed:
            found = self.search(typed)
        context["widget"] |= {
            "typed": typed,
            "chosen": chosen if label else "",
            "chosen_label": label,
            "options": [option for option in found.options if option[0] != chosen],
            "found": found,
            "nothing": bool(typed and not within and found == NOTHING),
            "source": self.source,
            "parts": self.parts,
            "listed": self.parts.listed() if self.parts else [],
            "within": within or (self.parts.holding(chosen) if self.parts and label else ""),
            "opened": bool(within),
        }
        return context


class Rows(forms.Widget):
    """
    The rows of a repeating group. Rows are added and removed by submit buttons, without a script.

    Posted: `<name>-rows` how many, `<name>-<i>-<column>`, and the buttons `<name>-add`, `<name>-remove`.
    """

    template_name = "catalogue/widgets/rows.html"
    use_fieldset = True

    def __init__(self, columns: Mapping[str, forms.Field], max_rows: int) -> None:
        super().__init__()
        self.columns = columns
        self.max_rows = max_rows
        self.errors: dict[tuple[int, str], str] = {}  # (row, column) -> what to do

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> list[dict[str, Any]]:
        try:
            count = int(data.get(f"{name}-rows") or 0)
        except ValueError:
            count = 0
        # One more than allowed is read, so that too many are refused instead of lost.
        return [
            {
                key: column.widget.value_from_datadict(data, files, f"{name}-{index}-{key}")
                for key, column in self.columns.items()
            }
            for index in range(max(0, min(count, self.max_rows + 1)))
        ]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:  # noqa: ARG002  as above
        return f"{name}-rows" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0_{next(iter(self.columns))}" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        rows = value if isinstance(value, list) and value else [{}]
        id_ = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"] |= {
            "rows": [self._row(name, id_, index, row) for index, row in enumerate(rows)],
            "count": len(rows),
            "may_add": len(rows) < self.max_rows,
            "may_remove": len(rows) > 1,
        }
        return context

    def _row(self, name: str, id_: str, index: int, row: Mapping[str, Any]) -> dict[str, Any]:
        cells = []
        for key, column in self.columns.items():
            cell_id = f"{id_}_{index}_{key}"
            error = self.errors.get((index, key), "")
            attrs: dict[str, Any] = {"id": cell_id, "required": False}
            if error:
                attrs |= {"aria-invalid": "true", "aria-describedby": f"{cell_id}_error"}
            html = column.widget.render(
                f"{name}-{index}-{key}", column.prepare_value(row.get(key)), attrs
            )
            cells.append(
                {
                    "id": cell_id,
                    "label": column.label,
                    "help": column.help_text,
                    "html": html,
                    "error": error,
                }
            )
        return {"index": index, "number": index + 1, "cells": cells}
