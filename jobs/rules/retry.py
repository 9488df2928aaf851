"""When a failed job runs again. Pure: the random number comes in as an argument."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a job is tried, and how long it waits between two tries.

    attempts: claims in all, the first one counted. base and cap are seconds. With jitter a wait is spread
    evenly between nothing and its full length ("full jitter"), so that what failed together does not come
    back together.
    """

    attempts: int
    kind: Literal["constant", "linear", "exponential"] = "exponential"
    base: float = 1.0
    cap: float = 3600.0
    jitter: bool = True

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError("a job is tried at least once")
        if self.base < 0 or self.cap < 0:
            raise ValueError("a wait is never negative")


def constant(attempts: int, *, wait: float = 1.0, jitter: bool = False) -> RetryPolicy:
    """The same wait, in seconds, after every failure."""
    return RetryPolicy(attempts, "constant", wait, wait, jitter)


def linear(attempts: int, *, base: float = 1.0, cap: float = 3600.0, jitter: bool = False) -> RetryPolicy:
    """base × n seconds after the n-th failure, never more than cap."""
    return RetryPolicy(attempts, "linear", base, cap, jitter)


def exponential(attempts: int, *, base: float = 1.0, cap: float = 3600.0, jitter: bool = True) -> RetryPolicy:
    """base × 2ⁿ⁻¹ seconds after the n-th failure, never more than cap, jittered."""
    return RetryPolicy(attempts, "exponential", base, cap, jitter)


def delay(policy: RetryPolicy, attempt: int, random: float) -> float:
    """Seconds to wait after the failure of this attempt (1 is the first); random lies in 0 … 1."""
    if policy.kind == "constant":
        full = policy.base
    elif policy.kind == "linear":
        full = policy.base * attempt
    else:
        # Past 2⁶³ every sane cap has cut the wait already, and a float would overflow at 2¹⁰²⁴.
        full = policy.base * 2.0 ** min(attempt - 1, 63)
    full = min(full, policy.cap)
    return full * random if policy.jitter else full


def should_retry(attempt: int, max_attempts: int) -> bool:
    """Whether a job that failed at this attempt has one left.

    max_attempts is the job's own, not the policy's: a claim that was handed back raised it by one.
    """
    return attempt < max_attempts
