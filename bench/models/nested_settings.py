"""Settings that users look for among the parameters of a model, but that belong inside of one."""

from __future__ import annotations

GENERATION = (
    *("do_sample", "temperature", "top_p", "top_k", "min_p", "typical_p", "epsilon_cutoff"),
    *("num_beams", "num_beam_groups", "diversity_penalty", "early_stopping", "length_penalty"),
    *("repetition_penalty", "encoder_repetition_penalty", "no_repeat_ngram_size"),
    *("encoder_no_repeat_ngram_size", "bad_words_ids", "force_words_ids", "suppress_tokens"),
    *("min_new_tokens", "min_length", "num_return_sequences", "stop_strings", "use_cache"),
    *("penalty_alpha", "renormalize_logits", "guidance_scale", "forced_bos_token_id"),
    *("forced_eos_token_id", "decoder_start_token_id", "bos_token_id", "eos_token_id"),
    *("pad_token_id", "return_dict_in_generate", "exponential_decay_length_penalty"),
)
"""Settings of ``generate``, which belong in ``generation``."""

REQUEST = (
    *("top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "logit_bias"),
    *("repetition_penalty", "response_format", "reasoning_effort", "chat_template_kwargs"),
    *("stop_token_ids", "guided_json", "guided_regex", "service_tier", "user"),
)
"""Fields of a request for a chat completion, which belong in ``extra``."""
