"""Whether a message that reached somebody is noticed: tiredness, hour of the day, device."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaigns.contact import FloatArray
from simulator.effects.season import EVEN_CLOCK, Clock

PERMITTED = range(8, 21)
"""The local hours in which messages may go out (the house's quiet hours are the rest)."""
_WAVE = {hour: float(np.cos(2 * np.pi * (hour - 10) / 10)) for hour in PERMITTED}
_MIDDLE = sum(_WAVE.values()) / len(_WAVE)
_AROUND = np.array([_WAVE[hour] - _MIDDLE for hour in PERMITTED])
_HEIGHT = float(np.sqrt((_AROUND**2).mean()))
FLAT = 0.1
"""The root mean square of a learnt curve's deviations below which its attention swings less, as it does itself."""


def recovered(fatigue: FloatArray, days: FloatArray, halflife: float) -> FloatArray:
    """What is left of fatigue after some days of rest; each message adds 1."""
    return np.asarray(fatigue * np.exp2(-days / halflife))


def attention(base: FloatArray, fatigue: FloatArray, per_contact: float) -> FloatArray:
    """Chance that a delivered message is read: falls exponentially with recent messages."""
    return np.asarray(base * np.exp(-per_contact * fatigue))


def hour_wave(clock: Clock = EVEN_CLOCK) -> FloatArray:
    """The shape of attention over the permitted hours, of mean 0: that of the learnt hours of purchases.

    Of an even clock, which is what is known without a fit: two peaks, at ten and at twenty, with the trough between
    them at three in the afternoon (the authors' judgement). Either is equally high (root mean square), because how far
    attention follows the hours is `hour_swing`, which purchases do not tell.
    """
    if clock == EVEN_CLOCK:
        return _AROUND
    inside = np.array(clock)[PERMITTED[0] : PERMITTED[-1] + 1]
    away = inside / inside.mean() - 1
    return np.asarray(away * (_HEIGHT / max(float(np.sqrt((away**2).mean())), FLAT)))


def hour_factor(local_minute: npt.ArrayLike, swing: float, wave: FloatArray = _AROUND) -> FloatArray:
    """Attention at a local minute (0-1439) relative to the mean over the permitted hours, which is exactly 1.

    `wave` is a shape of `hour_wave`; outside the permitted hours attention stays at the nearest permitted one. Never
    below 0.
    """
    hour = np.clip(np.asarray(local_minute) // 60, PERMITTED[0], PERMITTED[-1])
    return np.maximum(1 + swing * wave[hour - PERMITTED[0]], 0.0)


def device_factor(u: FloatArray, gap: float, side: npt.ArrayLike) -> FloatArray:
    """Attention of people who are on a phone for a share `u` of their time, relative to the mean over all people.

    `side` is 1 for channels that live on the phone and -1 for those of the desk; phone shares are even over people
    (the authors' judgement), so that the mean is 1.
    """
    return np.asarray(1 + gap * np.asarray(side) * (2 * u - 1))
