"""Controls that HTML does not have: pick from a long list by searching, and rows of a repeating group."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

Option = tuple[str, str]  # value, label


class Picker(forms.Widget):
    """
    A search box and the matches as radio buttons; works by posting the form, faster with a small script.

    Posted: `<name>` the chosen value, `<name>-q` what was typed, `<name>-seen` what the shown matches are for.
    """

    template_name = "catalogue/widgets/picker.html"
    use_fieldset = False

    def __init__(
        self,
        *,
        source: str,
        search: Callable[[str], list[Option]],
        find: Callable[[str], str | None],
    ) -> None:
        super().__init__()
        self.source = source  # "wilayah", "kbli": the address that answers the script
        self.search = search
        self.find = find

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:  # noqa: ARG002  Django's signature
        return {
            "value": str(data.get(name) or "").strip()[:40],
            "typed": str(data.get(f"{name}-q") or "").strip()[:120],
            "seen": str(data.get(f"{name}-seen") or "").strip()[:120],
        }

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:  # noqa: ARG002  as above
        return name not in data and f"{name}-q" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        given = (
            value if isinstance(value, dict) else {"value": value or "", "typed": "", "seen": ""}
        )
        typed, chosen = given["typed"], given["value"]
        label = self.find(chosen) if chosen else None
        options = self.search(typed) if typed else []
        context["widget"] |= {
            "typed": typed,
            "chosen": chosen if label else "",
            "chosen_label": label,
            "options": [option for option in options if option[0] != chosen],
            "nothing": bool(typed and not options),
            "source": self.source,
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
