"""What a test asks the workspace: who saw what, whether all rules were kept, and waiting for something to be so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tests.slack_workspace import readable as reader
from tests.slack_workspace.people import People, Where, Who
from tests.slack_workspace.state import Call, Ephemeral, Message, View

T = TypeVar("T")


class Reading(People):
    """The part of the workspace that tests read."""

    def messages_in(self, channel: Where) -> list[Message]:
        """All messages of a channel that are still there, threads included, in order."""
        place = self.place(channel)
        with self.lock:
            found = [m for m in self.messages.values() if m.channel == place.id and not m.deleted]
        return sorted(found, key=lambda m: m.ts)

    def replies(self, message: Message) -> list[Message]:
        """The replies in a message's thread, anybody's, in order."""
        with self.lock:
            root = message.thread_ts or message.ts
            return [m for m in self.thread(message.channel, root) if m.ts != root]

    def answers(self, message: Message) -> list[Message]:
        """The bot's replies in a message's thread that came after it, in order."""
        return [m for m in self.bot_messages(self.replies(message)) if m.ts > message.ts]

    def ephemerals(self, user: Who, channel: Where | None = None) -> list[Ephemeral]:
        """What only this person sees (in a channel), in order."""
        person = self.person(user)
        place = self.place(channel).id if channel is not None else None
        with self.lock:
            seen = [e for e in self.ephemeral if e.user == person.id and place in (None, e.channel)]
        return [shown for shown in seen if not shown.deleted]

    def views(self, user: Who) -> list[View]:
        """The modals this person has open, the topmost last."""
        person = self.person(user)
        with self.lock:
            mine = [view for view in self.all_views.values() if view.user == person.id and view.open]
        return [view for view in mine if view.now["type"] == "modal"]

    def home(self, user: Who) -> View | None:
        """This person's Home tab, None while the app never published one."""
        return self.homes.get(self.person(user).id)

    def statuses(self, channel: Where, thread: Message | str) -> list[str]:
        """Every status shown in a thread, in order; "" where it was cleared, by the app or by its reply."""
        place, root = (
            self.place(channel).id,
            thread if isinstance(thread, str) else thread.thread_ts or thread.ts,
        )
        with self.lock:
            return [text for at, ts, text in self.status_log if (at, ts) == (place, root)]

    def suggested(self, user: Who, thread: str = "") -> list[dict[str, str]]:
        """The suggested prompts this person sees in the app's Messages tab."""
        return self.prompts.get((self.direct(self.person(user).id).id, thread), [])

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one Web API method, in order."""
        with self.lock:
            return [call for call in self.calls if call.method == method]

    def readable(self, shown: Message | Ephemeral | View) -> str:
        """The text a person reads, from the blocks when there are any."""
        return reader.readable(shown)

    def fallback(self, shown: Message | Ephemeral) -> str:
        """The text that notifications and screen readers get, as mrkdwn."""
        return shown.text

    def links(self, shown: Message | Ephemeral | View) -> list[tuple[str, str]]:
        """The links a reader can follow, as (label, address)."""
        if isinstance(shown, View):
            return list(reader.links_in(shown.now["blocks"]))
        streamed = shown.streamed if isinstance(shown, Message) else ""
        found = [*reader.links_in_markdown(streamed), *reader.links_in(shown.blocks)]
        return found or list(reader.links_in_text(shown.text))

    def buttons(self, shown: Message | Ephemeral | View) -> list[str]:
        """The action_ids that can be clicked now."""
        blocks = shown.now["blocks"] if isinstance(shown, View) else shown.blocks
        return [element["action_id"] for _, element in reader.elements_in(blocks)]

    def undelivered(self) -> int:
        """How many deliveries Slack still tries to bring."""
        with self.lock:
            return sum(not delivery.settled for delivery in self.deliveries)

    def wait_for(self, predicate: Callable[[], T], timeout: float = 60.0, what: str = "") -> T:
        """What `predicate` returns once that is true. Raises AssertionError, showing the state, after `timeout`."""
        end = time.monotonic() + timeout
        while not (result := predicate()):  # without the lock: it may itself call the app or this workspace
            if time.monotonic() > end:
                raise AssertionError(f"waited {timeout:g} s in vain for {what or 'it'}\n{self.describe()}")
            with self.lock:
                self.lock.wait(0.05)
        return result

    def wait_for_connection(self, count: int = 1, timeout: float = 60.0) -> None:
        """Wait until the app has `count` sockets open."""
        self.wait_for(lambda: self.connections >= count, timeout, f"{count} socket connections")

    def check(self) -> None:
        """Raise AssertionError with the violations, if there are any."""
        with self.lock:
            assert not self.violations, "\n".join(["Slack rules broken:", *map(str, self.violations)])

    def describe(self) -> str:
        """Everything a person needs to see why a test failed."""
        with self.lock:
            lines = [f"sockets: {self.connections}, deliveries under way: {self.undelivered()}"]
            for channel in self.channels.values():
                lines.append(f"#{channel.name} ({channel.id}, {channel.kind})")
                lines += [self._line(message) for message in self.messages_in(channel)]
            for shown in self.ephemeral:
                gone = " (gone)" if shown.deleted else ""
                lines.append(f"only for {self._name(shown.user)}{gone}: {_short(reader.readable(shown))}")
            for view in self.all_views.values():
                state = "open" if view.open else "closed"
                lines.append(f"view of {self._name(view.user)} ({state}): {_short(reader.readable(view))}")
            lines += [f"status {text!r} in {thread}" for _, thread, text in self.status_log[-10:]]
            lines += [f"lost: {delivery.payload.get('event')}" for delivery in self.lost]
            lines += [f"timed out: {one.delivery.type} ({one.delivery.failed})" for one in self.timeouts]
            lines += [f"violation: {violation}" for violation in self.violations]
            lines += ["last calls:"] + [f"  {call.method} {call.error or 'ok'}" for call in self.calls[-25:]]
            return "\n".join(lines)

    def _line(self, message: Message) -> str:
        mark = "    ↳ " if message.thread_ts else "  "
        more = f" [{message.streaming}]" if message.streaming else ""
        return f"{mark}{message.ts} {self._name(message.user)}{more}: {_short(reader.readable(message))}"

    def _name(self, user: str) -> str:
        return self.users[user].name if user in self.users else user or "another bot"


def _short(text: str) -> str:
    flat = " ⏎ ".join(text.splitlines())
    return flat if len(flat) <= 400 else f"{flat[:400]}…"
