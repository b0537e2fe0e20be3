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
            single="$A </s>",
            pair="$A </s> $B </s>",
            special_tokens=[("</s>", made.token_to_id("</s>"))],
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


def checkpoint(
    folder: Path,
    architecture: str,
    length: int = 128,
    *,
    saved_as: str = "",
    shard_size: str = "1GB",
    **changes: Any,
) -> Path:
    """A checkpoint of an architecture, with room for so many tokens.

    Args:
        folder: where to.
        architecture: a key of ``CLASSES``.
        length: tokens that it reads at most.
        saved_as: the class whose weights are saved, where that is another one.
        shard_size: of one file of weights at most.
        changes: of its configuration.
    """
    import torch
    import transformers as t

    logging.getLogger("transformers").setLevel(logging.ERROR)
    folder.mkdir(parents=True)
    causal = architecture.removesuffix("-nli") in CAUSAL
    words = tokenizer(folder, length, chat=causal, adds_end=not causal)
    torch.manual_seed(0)
    cls = getattr(t, saved_as or CLASSES[architecture])
    config = _config(architecture.removesuffix("-nli"), words, length, changes)
    cls(config).save_pretrained(folder, max_shard_size=shard_size)
    return folder


CLASSES = {
    "t5": "T5ForConditionalGeneration",
    "bart": "BartForConditionalGeneration",
    "mbart": "MBartForConditionalGeneration",
    "pegasus": "PegasusForConditionalGeneration",
    "led": "LEDForConditionalGeneration",
    "bert2bert": "EncoderDecoderModel",
    "llama": "LlamaForCausalLM",
    "qwen2": "Qwen2ForCausalLM",
    "gemma": "GemmaForCausalLM",
    "gpt2": "GPT2LMHeadModel",
    "bert": "BertLMHeadModel",
    "bert-nli": "BertForSequenceClassification",
    "bart-nli": "BartForSequenceClassification",
    "llama-nli": "LlamaForSequenceClassification",
}
CAUSAL = ("llama", "qwen2", "gemma", "gpt2", "bert")


def _config(architecture: str, words: Any, length: int, changes: dict[str, Any]) -> Any:
    """The configuration of the smallest model of an architecture."""
    import transformers as t

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
    decoder = {
        **common,
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "max_position_embeddings": length,
    }
    if architecture == "t5":
        small = {"d_model": 32, "d_kv": 16, "d_ff": 32, "num_layers": 1, "num_heads": 2}
        return t.T5Config(**{**seq2seq, **small, **changes})
    if architecture == "led":
        lengths = {"max_encoder_position_embeddings": length, "max_decoder_position_embeddings": 64}
        return t.LEDConfig(**{**seq2seq, **layers, **lengths, "attention_window": 16, **changes})
    if architecture == "gpt2":
        small = {"n_embd": 32, "n_layer": 1, "n_head": 2, "n_positions": length}
        return t.GPT2Config(**{**common, **small, **changes})
    if architecture == "bert2bert":
        reader = t.BertConfig(**decoder)
        writer = t.BertConfig(
            **{**decoder, "is_decoder": True, "add_cross_attention": True, **changes}
        )
        return t.EncoderDecoderConfig.from_encoder_decoder_configs(reader, writer)
    if architecture in CAUSAL:
        heads = {"head_dim": 16, "num_key_value_heads": 2} if architecture == "gemma" else {}
        kinds = {
            "llama": t.LlamaConfig,
            "qwen2": t.Qwen2Config,
            "gemma": t.GemmaConfig,
            "bert": t.BertConfig,
        }
        return kinds[architecture](**{**decoder, **heads, **changes})
    encoders = {"bart": t.BartConfig, "mbart": t.MBartConfig, "pegasus": t.PegasusConfig}
    return encoders[architecture](
        **{**seq2seq, **layers, "max_position_embeddings": length, **changes}
    )
