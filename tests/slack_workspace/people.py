"""What people do in the workspace: talk, mention, share files, run commands, click, submit, edit, delete."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tests.slack_workspace import files as slack_files
from tests.slack_workspace import interactive, posting
from tests.slack_workspace.delivery import Delivery
from tests.slack_workspace.events import event_for
from tests.slack_workspace.readable import elements_in
from tests.slack_workspace.shapes import escaped, rich_text_of, view_json
from tests.slack_workspace.state import Channel, Ephemeral, Interaction, Message, SharedFile, User, View
from tests.slack_workspace.trouble import Trouble

Who = User | str
Where = Channel | str
_PREFIX = {"channel": "C", "group": "G"}


class People(Trouble):
    """The part of the workspace that people drive. Users and channels may be given by object, id or name."""

    def user(self, name: str) -> User:
        """A person; the same name (or id) is the same person."""
        return self.person(name)

    def channel(
        self,
        name: str,
        *,
        private: bool = False,
        members: Sequence[Who] = (),
        bot: bool = True,
        ext_shared: bool = False,
    ) -> Channel:
        """A new channel; the bot is a member unless `bot=False`."""
        kind = "group" if private else "channel"
        inside = {self.person(who).id for who in members} | ({self.bot_user} if bot else set())
        with self.lock:
            made = Channel(self.new_id("C"), name, kind, inside, ext_shared=ext_shared)
            self.channels[made.id] = made
        return made

    def join(self, channel: Where, who: Who | None = None) -> None:
        """Let somebody (the bot, if nobody is named) into a channel."""
        with self.lock:
            self.place(channel).members.add(self.person(who).id if who else self.bot_user)

    def leave(self, channel: Where, who: Who | None = None) -> None:
        """Take somebody (the bot, if nobody is named) out of a channel."""
        with self.lock:
            self.place(channel).members.discard(self.person(who).id if who else self.bot_user)

    def archive(self, channel: Where) -> None:
        """Archive a channel."""
        self.place(channel).archived = True

    def file(
        self, name: str, content: bytes | str, mimetype: str = "text/plain", *, lie: str = ""
    ) -> SharedFile:
        """A file to share. `lie`: "host" claims a url_private at a stranger, "redirect" leads from ours to there."""
        data = content.encode() if isinstance(content, str) else content
        return slack_files.share(self, name, data, mimetype, "", lie)

    # Talking

    def say(
        self,
        user: Who,
        channel: Where,
        text: str,
        thread: Message | str | None = None,
        files: Sequence[SharedFile] = (),
    ) -> Message:
        """Say something, perhaps in a thread; `<@U…>` in the text is a picked name, a web address becomes a link."""
        person, place = self.person(user), self.place(channel)
        if place.kind != "im":
            place.members.add(person.id)
        message = Message(
            ts=self.new_ts(), channel=place.id, user=person.id, text=escaped(text), blocks=rich_text_of(text),
            thread_ts=_root(thread), files=list(files), client_msg_id=str(uuid.uuid4()),
            subtype="file_share" if files else "",
        )  # fmt: skip
        for file in files:
            file.user = person.id
        return posting.post(self, message)

    def mention(
        self,
        user: Who,
        channel: Where,
        text: str,
        thread: Message | str | None = None,
        files: Sequence[SharedFile] = (),
    ) -> Message:
        """Say something to the bot in a channel."""
        return self.say(user, channel, f"<@{self.bot_user}> {text}", thread, files)

    def dm(
        self,
        user: Who,
        text: str,
        files: Sequence[SharedFile] = (),
        *,
        thread: Message | str | None = None,
        viewing: Where | None = None,
    ) -> Message:
        """A direct message to the bot, perhaps in a thread; `viewing` is the channel the person looks at meanwhile."""
        person = self.person(user)
        place = self.direct(person.id)
        if viewing is None:
            return self.say(person, place, text, thread, files)
        message = Message(
            ts=self.new_ts(), channel=place.id, user=person.id, text=escaped(text), blocks=rich_text_of(text),
            thread_ts=_root(thread), files=list(files), client_msg_id=str(uuid.uuid4()),
            app_context=self._viewing(viewing),
        )  # fmt: skip
        return posting.post(self, message)

    def other_bot_says(self, channel: Where, text: str, thread: Message | str | None = None) -> Message:
        """What another app's bot says (subtype bot_message, no user)."""
        message = Message(
            ts=self.new_ts(), channel=self.place(channel).id, user="", bot_id="B0OTHER001", text=text,
            thread_ts=_root(thread), subtype="bot_message",
        )  # fmt: skip
        return posting.post(self, message)

    def edit(self, message: Message, text: str) -> Message:
        """Edit a message (message_changed)."""
        fields: dict[str, Any] = {"text": escaped(text), "blocks": rich_text_of(text), "edited": True}
        return posting.change(self, message, "edit", **fields)

    def delete(self, message: Message) -> None:
        """Delete a message (message_deleted)."""
        posting.delete(self, message)

    def redeliver(self, what: Message | Delivery) -> list[Delivery]:
        """Deliver the events of a message (or one delivery) once more, with the same event_ids, as a first retry."""
        again = [one.again() for one in (what.deliveries if isinstance(what, Message) else [what])]
        self.send(*again)
        return again

    # Commands, clicks, modals

    def slash(
        self, user: Who, channel: Where, command: str, text: str = "", *, wait: bool = True
    ) -> Interaction:
        """A slash command; returns once it is acknowledged or Slack has given up (at once with `wait=False`)."""
        assert "commands" in self.scopes, "the app has no commands scope"
        assert command in self.commands, f"{command} is not a command of the app"
        person = self.person(user)
        with self.lock:
            made = interactive.command(self, person, self.place(channel), command, text)
        return self._interact(made, None, wait)

    def shortcut(self, user: Who, message: Message, callback_id: str, *, wait: bool = True) -> Interaction:
        """A message shortcut."""
        assert "commands" in self.scopes, "the app has no commands scope, which shortcuts need too"
        assert callback_id in self.shortcuts, f"{callback_id} is not a shortcut of the app"
        with self.lock:
            made = interactive.shortcut(self, self.person(user), message, callback_id)
        return self._interact(made, None, wait)

    def click(
        self,
        user: Who,
        shown: Message | Ephemeral | View,
        action_id: str,
        value: str | None = None,
        *,
        wait: bool = True,
    ) -> Interaction:
        """A click on a button that is there now. `value` picks an option, or "positive"/"negative" feedback."""
        person = self.person(user)
        assert not isinstance(shown, (Ephemeral, View)) or shown.user == person.id, "somebody else sees that"
        with self.lock:
            blocks = shown.now["blocks"] if isinstance(shown, View) else shown.blocks
            there = {element["action_id"]: (block, element) for block, element in elements_in(blocks)}
            assert action_id in there, f"no button {action_id!r}, only {sorted(there)}"
            block, element = there[action_id]
            made = interactive.click(self, person, shown, block, _action(element, value))
        return self._interact(made, None, wait)

    def submit(
        self, user: Who, view: View, values: Mapping[str, str] | None = None, *, wait: bool = True
    ) -> Interaction:
        """Submit a modal with `values` by action_id (or block_id) of its inputs."""
        person = self.person(user)
        assert view.open, "the modal is closed"
        assert view.user == person.id, "somebody else sees that"
        with self.lock:
            made = interactive.submission(self, person, view, dict(values or {}))
        return self._interact(made, view, wait)

    def close(self, view: View) -> None:
        """Close a modal without submitting it."""
        view.open = False

    # The app's home

    def open_home(self, user: Who, tab: str = "home", *, viewing: Where | None = None) -> list[Delivery]:
        """Open the app's Home or Messages tab; with assistant_view, Messages starts an assistant thread."""
        person = self.person(user)
        with self.lock:
            channel = self.direct(person.id)
            if tab == "messages" and self.assistant_view:
                heard = self._assistant_event(
                    "assistant_thread_started", person, channel, self._greet(channel), viewing
                )
            else:
                event: dict[str, Any] = {
                    "type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": tab,
                    "event_ts": self.new_ts(),
                }  # fmt: skip
                if tab == "home" and person.id in self.homes:
                    event["view"] = view_json(self, self.homes[person.id])
                if viewing:
                    event["context"] = self._viewing(viewing)
                heard = event_for(self, "app_home_opened", event)
            self.send(*heard)
        return heard

    def look_at(self, user: Who, channel: Where) -> list[Delivery]:
        """Look at a channel while the app is open: app_context_changed, or the older assistant event."""
        person = self.person(user)
        with self.lock:
            direct = self.direct(person.id)
            if self.assistant_view:
                name = "assistant_thread_context_changed"
                root = min((m for m in self.messages.values() if m.channel == direct.id), key=lambda m: m.ts)
                heard = self._assistant_event(name, person, direct, root, channel)
            else:
                context = self._viewing(channel)
                event = {"type": "app_context_changed", "context": context, "event_ts": self.new_ts()}
                event |= {"user": person.id, "channel": direct.id}
                heard = event_for(self, "app_context_changed", event)
            self.send(*heard)
        return heard

    def _greet(self, channel: Channel) -> Message:
        message = posting.bot_message(self, channel, {"text": "New Assistant Thread"}, "")
        message.subtype = "assistant_app_thread"
        message.keep("post")
        self.messages[channel.id, message.ts] = message
        return message

    def _assistant_event(
        self, type: str, user: User, channel: Channel, root: Message, viewing: Where | None
    ) -> list[Delivery]:
        context = {"channel_id": self.place(viewing).id, "team_id": self.team_id} if viewing else {}
        thread = {"user_id": user.id, "context": context, "channel_id": channel.id, "thread_ts": root.ts}
        return event_for(self, type, {"type": type, "assistant_thread": thread, "event_ts": self.new_ts()})

    def _viewing(self, channel: Where) -> dict[str, Any]:
        entity = {"type": "slack#/types/channel_id", "value": self.place(channel).id, "team_id": self.team_id}
        return {"entities": [entity]}

    def _interact(self, made: Interaction, view: View | None, wait: bool) -> Interaction:
        made.delivery.on_settled = lambda: interactive.heed(self, made, view)
        self.send(made.delivery)
        with self.lock:
            if wait:
                settled = self.lock.wait_for(lambda: made.delivery.settled, self.ack_deadline + 5)
                assert settled, "the stand-in lost an interaction"
        return made


def _root(thread: Message | str | None) -> str:
    if isinstance(thread, Message):
        return thread.thread_ts or thread.ts
    return thread or ""


def _action(element: dict[str, Any], value: str | None) -> dict[str, Any]:
    kind = element["type"]
    action: dict[str, Any] = {"type": kind, "action_id": element["action_id"]}
    if kind == "feedback_buttons":
        values = {name: element[f"{name}_button"]["value"] for name in ("positive", "negative")}
        chosen = values.get(str(value), value)
        assert chosen in values.values(), f"feedback is positive or negative, not {value!r}"
        return action | {"value": chosen}
    if "options" in element:
        options = [option for option in element["options"] if option["value"] == value]
        assert options, f"no option {value!r}"
        many = kind == "checkboxes"
        return action | ({"selected_options": options} if many else {"selected_option": options[0]})
    shown = {name: element[name] for name in ("text", "value", "style") if name in element}
    return action | shown
