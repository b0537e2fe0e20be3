"""Small checkpoints of real architectures: random weights, a tokenizer trained on the spot."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

SENTENCES = [
    "The council sold the harbour to a trust on Friday for nine million crowns.",
    "Critics say the orchard should have stayed public. The mayor called the sale fair.",
    "What has the trust promised? Why did the council sell the library?",
    "summarize: generate question: Write one question a line and nothing else.",
]
CHAT = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ["<pad>", "</s>", "<s>", "<unk>", "<sep>", "<hl>", "<|user|>", "<|system|>"]
SPECIAL += ["<|assistant|>", "<|end|>"]


def tokenizer(folder: Path, length: int, *, chat: bool = False, adds_end: bool = True) -> Any:
    """A byte-level BPE tokenizer with an end token after each text, as T5 and BART have it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(SENTENCES, trainer)
    if adds_end:
        made.post_processor = processors.TemplateProcessing(
            single="$A </s>", special_tokens=[("</s>", made.token_to_id("</s>"))]
        )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        eos_token="</s>",
        bos_token="<s>",
        unk_token="<unk>",
        model_max_length=length,
    )
    if chat:
        fast.chat_template = CHAT
    fast.save_pretrained(folder)
    return fast


def checkpoint(folder: Path, architecture: str, length: int = 128) -> Path:
    """A checkpoint of one of t5, bart, pegasus, led, llama, with room for so many tokens."""
    import torch
    import transformers as t

    logging.getLogger("transformers").setLevel(logging.ERROR)
    folder.mkdir(parents=True)
    llama = architecture == "llama"
    words = tokenizer(folder, length, chat=llama, adds_end=not llama)
    common = {
        "vocab_size": len(words),
        "pad_token_id": words.pad_token_id,
        "eos_token_id": words.eos_token_id,
        "bos_token_id": words.bos_token_id,
    }
    seq2seq = {**common, "decoder_start_token_id": words.pad_token_id}
    layers = {
        "d_model": 32,
        "encoder_layers": 1,
        "decoder_layers": 1,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 32,
        "decoder_ffn_dim": 32,
        "forced_eos_token_id": None,
    }
    torch.manual_seed(0)
    made: dict[str, Any] = {
        "t5": lambda: t.T5ForConditionalGeneration(
            t.T5Config(**seq2seq, d_model=32, d_kv=16, d_ff=32, num_layers=1, num_heads=2)
        ),
        "bart": lambda: t.BartForConditionalGeneration(
            t.BartConfig(**seq2seq, **layers, max_position_embeddings=length)
        ),
        "pegasus": lambda: t.PegasusForConditionalGeneration(
            t.PegasusConfig(**seq2seq, **layers, max_position_embeddings=length)
        ),
        "led": lambda: t.LEDForConditionalGeneration(
            t.LEDConfig(
                **seq2seq,
                **layers,
                max_encoder_position_embeddings=length,
                max_decoder_position_embeddings=64,
                attention_window=16,
            )
        ),
        "llama": lambda: t.LlamaForCausalLM(
            t.LlamaConfig(
                **common,
                hidden_size=32,
                intermediate_size=32,
                num_hidden_layers=1,
                num_attention_heads=2,
                max_position_embeddings=length,
            )
        ),
    }
    made[architecture]().save_pretrained(folder)
    return folder
