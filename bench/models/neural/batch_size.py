"""How many prompts are generated together: as many as the memory of the device holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")
INITIAL = 16
LARGEST = 512
_KEPT_FREE = 0.15  # of the memory beside the weights; fragmentation and peaks need some


class OutOfMemoryError(Exception):
    """The device has too little memory for a batch."""


class BatchSize:
    """The number of prompts in a batch, which follows the memory of the device.

    A given number is used as it is. Otherwise it doubles after each batch on a CUDA device, as long
    as the next batch fits; on other devices, where larger batches gain little, it stays. If memory
    runs out, it is halved, and does not grow again.

    Args:
        given: the number that the user chose; None for none.
    """

    def __init__(self, given: int | None) -> None:
        self.current = given or INITIAL
        self._grows = given is None
        self._bytes_per_token = 0.0

    def start(self, size: int) -> None:
        """Begin with batches of this size, if none was given and none has been generated."""
        if self._grows and not self._bytes_per_token:
            self.current = size

    def fitting(self, tokens: int, device: str) -> int:
        """The number of prompts in the next batch.

        Args:
            tokens: of the longest prompt and its output.
            device: the device of the model.
        """
        if not (self._grows and self._bytes_per_token):
            return self.current
        room = _free(device) * (1 - _KEPT_FREE) / (self._bytes_per_token * tokens)
        return max(1, min(self.current, int(room)))

    def grow(self, prompts: int, tokens: int, device: str, used: int) -> None:
        """Learn from a batch that did fit.

        Args:
            prompts: in the batch.
            tokens: of its longest prompt and the longest output allowed.
            device: the device of the model.
            used: bytes that the batch took beside the weights.
        """
        if not self._grows or not used:
            return
        self._bytes_per_token = max(self._bytes_per_token, used / (prompts * tokens))
        if prompts == self.current:
            self.current = max(self.current, min(2 * self.current, LARGEST))
            self.current = self.fitting(tokens, device)

    def shrink(self, prompts: int) -> str:
        """Halve the size, because memory ran out for a batch of several prompts.

        Returns:
            A message about it.
        """
        self.current, self._grows = max(1, prompts // 2), False
        return (
            f"not enough memory for {prompts} prompts together; it goes on with batches of"
            f" {self.current}"
        )


def in_batches(  # noqa: PLR0913, PLR0917 - all that batches depend on
    device: str,
    lengths: Sequence[int],
    work: Callable[[Sequence[int]], Sequence[Result]],
    batch_size: BatchSize,
    tell: Callable[[str], None],
    fixed: int | None = None,
) -> list[Result | OutOfMemoryError]:
    """Do some work on inputs in batches of similar length, which reduces padding.

    A batch for which memory runs out is tried again in two halves; a single input fails.

    Args:
        device: the device of the model.
        lengths: the tokens of each input, with those of its output.
        work: gets the indices of a batch, and returns a result for each.
        batch_size: how many are read together.
        tell: called with a message when memory runs out.
        fixed: a number of inputs in each batch that is used instead.

    Returns:
        The result of each input, in order.
    """
    found: dict[int, Result | OutOfMemoryError] = {}
    waiting = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    while waiting:
        tokens = lengths[waiting[0]]
        batch = waiting[: fixed or batch_size.fitting(tokens, device)]
        try:
            with memory_use(device) as used:
                results = work(batch)
        except OutOfMemoryError as error:
            release(device)
            if len(batch) > 1:
                tell(batch_size.shrink(len(batch)))
            else:
                found[waiting.pop(0)] = error
            continue
        batch_size.grow(len(batch), tokens, device, sum(used))
        found.update(zip(batch, results, strict=True))
        del waiting[: len(batch)]
    return [found[i] for i in range(len(lengths))]


@contextmanager
def memory_use(device: str) -> Iterator[list[int]]:
    """Measure the largest amount of memory in use, beside what was in use before, on CUDA.

    Yields:
        A list that receives the number of bytes; it stays empty on other devices.

    Raises:
        OutOfMemoryError: memory ran out; what the batch held is free again.
    """
    used: list[int] = []
    cuda = _cuda(device)
    before = 0
    if cuda:
        cuda.reset_peak_memory_stats(device)
        before = cuda.memory_allocated(device)
    try:
        yield used
    except (RuntimeError, MemoryError) as error:
        if not _is_out_of_memory(error):
            raise
        raise OutOfMemoryError(str(error).partition("\n")[0]) from None
    if cuda:
        used.append(cuda.max_memory_allocated(device) - before)


def release(device: str) -> None:
    """Give unused memory of the device back, so that another model can have it."""
    import gc

    gc.collect()
    if cuda := _cuda(device):
        cuda.empty_cache()


def _free(device: str) -> float:
    """Bytes that are free, or reserved and unused."""
    cuda = _cuda(device)
    if not cuda:
        return float("inf")
    free, _ = cuda.mem_get_info(device)
    return float(free + cuda.memory_reserved(device) - cuda.memory_allocated(device))


def _cuda(device: str) -> Any:
    if not device.startswith("cuda"):
        return None
    import torch

    return torch.cuda


def _is_out_of_memory(error: BaseException) -> bool:
    import torch

    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    text = str(error).lower()
    return "out of memory" in text or "can't allocate memory" in text
