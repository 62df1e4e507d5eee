"""Block Kit's rules, as strict as Slack: structure, lengths and counts, each fault with Slack's JSON pointer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Thing = dict[str, Any]
MOST_CHARACTERS = 13_000
_STYLES = {"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}


def faults_in(blocks: Any, surface: str, path: str = "/blocks") -> list[str]:
    """What Slack would say against `blocks` on a `surface` (message, modal, home); empty when nothing."""
    inspector = _Inspector(surface)
    inspector.blocks(path, blocks)
    return inspector.faults


def faults_in_view(view: Any) -> list[str]:
    """What Slack would say against a modal or Home view."""
    inspector = _Inspector(str(view.get("type")) if isinstance(view, dict) else "modal")
    inspector.view(view)
    return inspector.faults


def too_long(blocks: Any) -> bool:
    """Whether the whole payload exceeds what Slack takes (undocumented, about 13,200 characters)."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > MOST_CHARACTERS


class _Inspector:
    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.faults: list[str] = []
        self._action_ids: set[str] = set()
        self._block_ids: set[str] = set()
        self._markdown = 0

    # What is common to everything

    def fault(self, path: str, message: str) -> None:
        self.faults.append(f"[ERROR] {message} [json-pointer:{path}]")

    def fields(self, path: str, thing: Any, needed: str, optional: str = "") -> bool:
        """Whether `thing` has the fields it needs; unknown ones are faults as well."""
        if not isinstance(thing, dict):
            self.fault(path, "must provide an object")
            return False
        missing = [name for name in needed.split() if thing.get(name) is None]
        for name in missing:
            self.fault(path, f"missing required field: {name}")
        for name in thing.keys() - set(f"{needed} {optional} type".split()):
            self.fault(path, f"invalid additional property: {name}")
        return not missing

    def string(self, path: str, value: Any, most: int, least: int = 1) -> None:
        if not isinstance(value, str):
            self.fault(path, "must provide a string")
        elif len(value) < least:
            self.fault(path, f"must be more than {least - 1} characters")
        elif len(value) > most:
            self.fault(path, f"must be less than {most + 1} characters")

    def count(self, path: str, items: Any, most: int, least: int = 1) -> list[Any]:
        if not isinstance(items, list):
            self.fault(path, "must provide an array")
            return []
        if len(items) > most:
            self.fault(path, f"no more than {most} items allowed")
        if len(items) < least:
            self.fault(path, f"no fewer than {least} items allowed")
        return items

    def text(self, path: str, thing: Any, most: int, kinds: str = "plain_text") -> None:
        if not self.fields(path, thing, "type text", "emoji verbatim"):
            return
        if thing["type"] not in kinds.split():
            self.fault(f"{path}/type", f"unsupported type: {thing['type']}")
        self.string(f"{path}/text", thing["text"], most)

    def url(self, path: str, value: Any) -> None:
        self.string(path, value, 3000)
        if isinstance(value, str) and ":" not in value:
            self.fault(path, "must be a valid URL")

    # Views and blocks

    def view(self, view: Any) -> None:
        optional = (
            "title submit close private_metadata callback_id clear_on_close notify_on_close external_id"
        )
        if not self.fields("/view", view, "type blocks", f"{optional} submit_disabled"):
            return
        if view["type"] not in ("modal", "home"):
            self.fault("/view/type", f"unsupported type: {view['type']}")
        if view["type"] == "modal" and "title" not in view:
            self.fault("/view", "missing required field: title")
        for name in ("title", "submit", "close"):
            if name in view:
                self.text(f"/view/{name}", view[name], 24)
        self.string("/view/private_metadata", view.get("private_metadata", ""), 3000, 0)
        self.string("/view/callback_id", view.get("callback_id", ""), 255, 0)
        self.blocks("/view/blocks", view["blocks"])
        asks = any(isinstance(block, dict) and block.get("type") == "input" for block in view["blocks"])
        if view["type"] == "modal" and asks and "submit" not in view:
            self.fault("/view/submit", "`submit` is required for a view with an `input` block")

    def blocks(self, path: str, blocks: Any) -> None:
        for number, block in enumerate(self.count(path, blocks, 50 if self.surface == "message" else 100, 0)):
            self.block(f"{path}/{number}", block)

    def block(self, path: str, block: Any) -> None:
        check = _BLOCKS.get(block.get("type", "")) if isinstance(block, dict) else None
        if not check or (block["type"] in _ONLY_MESSAGES and self.surface != "message"):
            self.fault(f"{path}/type", f"unsupported type: {block.get('type') if check or block else block}")
            return
        block_id = block.get("block_id")
        if block_id is not None:
            self.string(f"{path}/block_id", block_id, 255)
            if block_id in self._block_ids:
                self.fault(f"{path}/block_id", f"`block_id` already exists: {block_id}")
            self._block_ids.add(block_id)
        check(self, path, {name: value for name, value in block.items() if name != "block_id"})

    def section(self, path: str, block: Thing) -> None:
        self.fields(path, block, "", "text fields accessory expand")
        if "text" not in block and "fields" not in block:
            self.fault(path, "must define either `text` or `fields`")
        if "text" in block:
            self.text(f"{path}/text", block["text"], 3000, "plain_text mrkdwn")
        if "fields" in block:
            for number, field in enumerate(self.count(f"{path}/fields", block["fields"], 10)):
                self.text(f"{path}/fields/{number}", field, 2000, "plain_text mrkdwn")
        if "accessory" in block:
            self.element(f"{path}/accessory", block["accessory"], "button image overflow static_select")

    def divider(self, path: str, block: Thing) -> None:
        self.fields(path, block, "")

    def header(self, path: str, block: Thing) -> None:
        if self.fields(path, block, "text", "level"):
            self.text(f"{path}/text", block["text"], 150)

    def markdown(self, path: str, block: Thing) -> None:
        if self.fields(path, block, "text"):
            self.string(f"{path}/text", block["text"], 12_000)
            self._markdown += len(str(block["text"]))
            if self._markdown > 12_000:
                self.fault(f"{path}/text", "markdown blocks must be less than 12001 characters together")

    def context(self, path: str, block: Thing) -> None:
        if not self.fields(path, block, "elements"):
            return
        for number, element in enumerate(self.count(f"{path}/elements", block["elements"], 10)):
            if isinstance(element, dict) and element.get("type") == "image":
                self.element(f"{path}/elements/{number}", element, "image")
            else:
                self.text(f"{path}/elements/{number}", element, 2000, "plain_text mrkdwn")

    def actions(self, path: str, block: Thing) -> None:
        if self.fields(path, block, "elements"):
            for number, element in enumerate(self.count(f"{path}/elements", block["elements"], 25)):
                self.element(
                    f"{path}/elements/{number}",
                    element,
                    "button overflow static_select checkboxes radio_buttons",
                )

    def context_actions(self, path: str, block: Thing) -> None:
        if self.fields(path, block, "elements"):
            for number, element in enumerate(self.count(f"{path}/elements", block["elements"], 5)):
                self.element(f"{path}/elements/{number}", element, "feedback_buttons icon_button")

    def image_block(self, path: str, block: Thing) -> None:
        self.fields(path, block, "image_url alt_text", "title")
        self.image(path, {k: v for k, v in block.items() if k != "title"})
        if "title" in block:
            self.text(f"{path}/title", block["title"], 2000)

    def input(self, path: str, block: Thing) -> None:
        if not self.fields(path, block, "label element", "hint optional dispatch_action"):
            return
        self.text(f"{path}/label", block["label"], 2000)
        if "hint" in block:
            self.text(f"{path}/hint", block["hint"], 2000)
        kinds = "plain_text_input static_select checkboxes radio_buttons url_text_input"
        self.element(f"{path}/element", block["element"], kinds)

    # Interactive elements

    def element(self, path: str, element: Any, kinds: str) -> None:
        kind = element.get("type") if isinstance(element, dict) else None
        if kind not in kinds.split():
            self.fault(f"{path}/type", f"unsupported type: {kind}")
            return
        if kind != "image":
            self._action_id(path, element)
        _ELEMENTS[kind](self, path, {name: value for name, value in element.items() if name != "action_id"})

    def _action_id(self, path: str, element: Thing) -> None:
        action_id = element.get("action_id")
        if action_id is None:
            return
        self.string(f"{path}/action_id", action_id, 255)
        if action_id in self._action_ids:
            self.fault(f"{path}/action_id", f"`action_id` already exists: {action_id}")
        self._action_ids.add(action_id)

    def button(self, path: str, element: Thing) -> None:
        if not self.fields(path, element, "text", "url value style confirm accessibility_label agent_prompt"):
            return
        self.text(f"{path}/text", element["text"], 75)
        self.string(f"{path}/value", element.get("value", ""), 2000, 0)
        self.string(f"{path}/accessibility_label", element.get("accessibility_label", ""), 75, 0)
        if "url" in element:
            self.url(f"{path}/url", element["url"])
        if element.get("style", "primary") not in ("primary", "danger"):
            self.fault(f"{path}/style", f"invalid style: {element['style']}")

    def image(self, path: str, element: Thing) -> None:
        if self.fields(path, element, "image_url alt_text"):
            self.url(f"{path}/image_url", element["image_url"])
            self.string(f"{path}/alt_text", element["alt_text"], 2000)

    def feedback_buttons(self, path: str, element: Thing) -> None:
        if self.fields(path, element, "positive_button negative_button"):
            for name in ("positive_button", "negative_button"):
                button = element[name]
                if self.fields(f"{path}/{name}", button, "text value", "accessibility_label"):
                    self.text(f"{path}/{name}/text", button["text"], 75)
                    self.string(f"{path}/{name}/value", button["value"], 2000)

    def icon_button(self, path: str, element: Thing) -> None:
        optional = "value confirm accessibility_label visible_to_user_ids"
        if self.fields(path, element, "icon text", optional):
            self.text(f"{path}/text", element["text"], 75)
            self.string(f"{path}/value", element.get("value", ""), 2000, 0)

    def options(self, path: str, element: Thing) -> None:
        optional = "placeholder initial_option initial_options confirm focus_on_load"
        if not self.fields(path, element, "options", optional):
            return
        if "placeholder" in element:
            self.text(f"{path}/placeholder", element["placeholder"], 150)
        for number, option in enumerate(self.count(f"{path}/options", element["options"], 100)):
            at = f"{path}/options/{number}"
            if self.fields(at, option, "text value", "description url"):
                self.text(f"{at}/text", option["text"], 75, "plain_text mrkdwn")
                self.string(f"{at}/value", option["value"], 150)

    def text_input(self, path: str, element: Thing) -> None:
        optional = (
            "initial_value multiline min_length max_length dispatch_action_config focus_on_load placeholder"
        )
        self.fields(path, element, "", optional)
        self.string(f"{path}/initial_value", element.get("initial_value", ""), 3000, 0)
        if not 1 <= element.get("max_length", 3000) <= 3000:
            self.fault(f"{path}/max_length", "must be less than 3001")
        if "placeholder" in element:
            self.text(f"{path}/placeholder", element["placeholder"], 150)

    # Rich text

    def rich_text(self, path: str, block: Thing) -> None:
        if self.fields(path, block, "elements"):
            for number, element in enumerate(self.count(f"{path}/elements", block["elements"], 1000)):
                self.rich_element(f"{path}/elements/{number}", element)

    def rich_element(self, path: str, element: Any) -> None:
        kind = element.get("type") if isinstance(element, dict) else None
        if kind not in _RICH:
            self.fault(f"{path}/type", f"unsupported type: {kind}")
            return
        if not self.fields(path, element, *_RICH[kind]):
            return
        if kind == "rich_text_list" and element["style"] not in ("bullet", "ordered"):
            self.fault(f"{path}/style", f"invalid style: {element['style']}")
        if kind == "rich_text_list" and not 0 <= element.get("indent", 0) <= 8:
            self.fault(f"{path}/indent", "must be between 0 and 8")
        for number, inner in enumerate(self.count(f"{path}/elements", element["elements"], 1000, 0)):
            self.rich_inner(f"{path}/elements/{number}", inner, kind)

    def rich_inner(self, path: str, inner: Any, within: str) -> None:
        kind = inner.get("type") if isinstance(inner, dict) else None
        if within == "rich_text_list":
            if kind != "rich_text_section":
                self.fault(f"{path}/type", f"unsupported type: {kind}")
            else:
                self.rich_element(path, inner)
            return
        if kind not in _INLINE or (within == "rich_text_preformatted" and kind not in ("text", "link")):
            self.fault(f"{path}/type", f"unsupported type: {kind}")
            return
        if not self.fields(path, inner, *_INLINE[kind]):
            return
        if kind == "text":
            self.string(f"{path}/text", inner["text"], 40_000)
        if kind == "link":
            self.url(f"{path}/url", inner["url"])
            self.string(f"{path}/text", inner.get("text", "label"), 40_000)
        style = inner.get("style", {})
        if not isinstance(style, dict) or not style.keys() <= _STYLES:
            self.fault(f"{path}/style", f"invalid style: {style}")


Check = Callable[[_Inspector, str, Thing], None]
_ONLY_MESSAGES = {"markdown", "context_actions"}
_BLOCKS: dict[str, Check] = {
    "section": _Inspector.section,
    "divider": _Inspector.divider,
    "header": _Inspector.header,
    "markdown": _Inspector.markdown,
    "context": _Inspector.context,
    "actions": _Inspector.actions,
    "context_actions": _Inspector.context_actions,
    "image": _Inspector.image_block,
    "input": _Inspector.input,
    "rich_text": _Inspector.rich_text,
}
_ELEMENTS: dict[str, Check] = {
    "button": _Inspector.button,
    "image": _Inspector.image,
    "feedback_buttons": _Inspector.feedback_buttons,
    "icon_button": _Inspector.icon_button,
    "overflow": _Inspector.options,
    "static_select": _Inspector.options,
    "checkboxes": _Inspector.options,
    "radio_buttons": _Inspector.options,
    "plain_text_input": _Inspector.text_input,
    "url_text_input": _Inspector.text_input,
}
_RICH = {
    "rich_text_section": ("elements", ""),
    "rich_text_list": ("elements style", "indent offset border"),
    "rich_text_preformatted": ("elements", "border language"),
    "rich_text_quote": ("elements", "border"),
}
_INLINE = {
    "text": ("text", "style"),
    "link": ("url", "text unsafe style"),
    "emoji": ("name", "unicode style skin_tone"),
    "user": ("user_id", "style"),
    "usergroup": ("usergroup_id", "style"),
    "channel": ("channel_id", "style"),
    "broadcast": ("range", "style"),
    "date": ("timestamp format", "url fallback style"),
    "color": ("value", "style"),
}
