"""What all customers of a naive twin share: the days, the actions, the constants; plain numbers in plain lists."""

from __future__ import annotations

from bisect import bisect_right
from math import cos, exp, pi, sqrt

from delivery.schedule import local_minute
from evals.bench.luck import Luck
from simulator.channels import CHANNELS
from simulator.effects.season import SHOCK_DAYS
from simulator.parameters import Parameters
from simulator.randomness import Purpose
from simulator.stage import Stage

DAY = 86_400
_MEMORY = 60
_FIRST_HOUR, _LAST_HOUR = 8, 20


class Setting:
    """Start and end (epoch seconds), factors per day, and per action what the channel and the creative are like."""

    def __init__(self, stage: Stage, parameters: Parameters, luck: Luck) -> None:
        self.parameters = parameters
        self.luck = luck
        self.start, self.end = stage.start, stage.end
        self.margin_rate = stage.margin_rate
        self._days(luck)
        self._wave()
        names = [stage.channels[place] for place in stage.channel.tolist()]
        traits = [CHANNELS[name] for name in names]
        self.reaches = [trait.reaches for trait in traits]
        self.attention = [parameters.of_channel("attention", name) for name in names]
        self.click = [parameters.of_channel("click", name) for name in names]
        self.side = [trait.side for trait in traits]
        self.read_seconds = [trait.read_hours * 3600 for trait in traits]
        self.transit_seconds = [trait.transit * parameters.delivery_minutes * 60 for trait in traits]
        self.report_seconds = int(parameters.report_hours * 3600)
        self.late = [int(trait.report * parameters.report_hours * 3600) for trait in traits]
        self.leaves = [
            trait.leaves * exp(parameters.precision_annoyance * known)
            for trait, known in zip(traits, stage.personalised.tolist(), strict=True)
        ]
        self.creative = [
            exp(parameters.creative_spread * luck.normal(luck.stream(key), 0, Purpose.QUALITY))
            for key in stage.quality_key.tolist()
        ]
        self.tone = stage.tone_key.tolist()
        self.has_offer = stage.has_offer.tolist()
        self.valid_days = stage.valid_days.tolist()
        self.face_value = stage.face_value_micros.tolist()

    def day(self, at: int) -> int:
        """The place of the day of an instant."""
        return min(at // DAY - self.start // DAY, len(self.index) - 1)

    def hour_factor(self, at: int, zone: str) -> float:
        """Attention at an instant in a time zone, relative to the mean over the permitted hours."""
        factor = self._hours.get((at, zone))
        if factor is None:
            hour = min(max(local_minute(at, zone) // 60, _FIRST_HOUR), _LAST_HOUR)
            factor = max(1 + self.parameters.hour_swing * self._waves[hour], 0.0)
            self._hours[at, zone] = factor
        return factor

    def after_busy_days(self, busy: float) -> int | None:
        """The instant at which so many days of average demand have passed since the start; None after the end."""
        if busy >= self._passed[-1]:
            return None
        place = bisect_right(self._passed, busy) - 1
        slope = (self._edges[place + 1] - self._edges[place]) / (self._passed[place + 1] - self._passed[place])
        days = self._edges[place] + slope * (busy - self._passed[place])
        return self.start + 1 + int(days * DAY)

    def _days(self, luck: Luck) -> None:
        """Competitors' pressure, weekday and shocks, day by day; and how demand passes."""
        parameters = self.parameters
        first, last = self.start // DAY, self.end // DAY
        memory = [parameters.competitor_persistence**lag for lag in range(_MEMORY)]
        norm = sqrt(sum(weight * weight for weight in memory))
        news = {
            day: luck.normal(luck.stream(day), 0, Purpose.COMPETITOR) for day in range(first - _MEMORY + 1, last + 1)
        }
        begun = {}
        for day in range(first - SHOCK_DAYS + 1, last + 1):
            stream = luck.stream(day)
            if luck.chance(stream, 0, Purpose.SHOCK) < parameters.shock_rate:
                size = parameters.shock_size
                begun[day] = size * luck.normal(stream, 0, Purpose.SHOCK_SIZE) - size**2 / 2
        self.index: list[float] = []
        self.attention_of_day: list[float] = []
        self._edges, self._passed = [0.0], [0.0]
        for day in range(first, last + 1):
            pressure = sum(weight * news[day - lag] for lag, weight in enumerate(memory)) / norm
            weekday = (day + 3) % 7
            shock = exp(sum(begun.get(day - lag, 0.0) for lag in range(SHOCK_DAYS)))
            buying = parameters.weekday[weekday] * _pressed(pressure, parameters.competitor_purchases) * shock
            self.index.append(pressure)
            self.attention_of_day.append(
                parameters.weekday_attention[weekday] * _pressed(pressure, parameters.competitor_attention)
            )
            midnight = (min((day + 1) * DAY, self.end) - self.start) / DAY
            if midnight > self._edges[-1]:
                self._passed.append(self._passed[-1] + (midnight - self._edges[-1]) * buying)
                self._edges.append(midnight)

    def _wave(self) -> None:
        raw = {hour: cos(2 * pi * (hour - 10) / 10) for hour in range(_FIRST_HOUR, _LAST_HOUR + 1)}
        middle = sum(raw.values()) / len(raw)
        self._waves = {hour: value - middle for hour, value in raw.items()}
        self._hours: dict[tuple[int, str], float] = {}


def _pressed(index: float, per_sd: float) -> float:
    return exp(-per_sd * index - per_sd**2 / 2)
