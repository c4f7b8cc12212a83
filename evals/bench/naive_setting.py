"""What all customers of a naive twin share: the days, the actions, the constants; plain numbers in plain lists."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from math import cos, exp, pi, sqrt
from zoneinfo import ZoneInfo

from delivery.schedule import local_minute
from evals.bench.luck import Luck
from simulator.channels import CHANNELS
from simulator.effects.attention import FLAT
from simulator.effects.season import SHOCK_DAYS
from simulator.parameters import Parameters
from simulator.randomness import Purpose
from simulator.stage import Stage

DAY, HOUR = 86_400, 3_600
_MEMORY = 60
_FIRST_HOUR, _LAST_HOUR = 8, 20


class Setting:
    """Start and end (epoch seconds), factors per day, and per action what the channel and the creative are like."""

    def __init__(self, stage: Stage, parameters: Parameters, luck: Luck) -> None:
        self.parameters = parameters
        self.luck = luck
        self.start, self.end = stage.start, stage.end
        self.margin_rate = stage.margin_rate
        self.even_hours = all(factor == 1 for factor in parameters.hour)
        self._zones = [ZoneInfo(name) for name in stage.roster.zones]
        self._offsets: dict[tuple[int, int], int] = {}
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

    def after_busy_days(self, busy: float, zone: int) -> int | None:
        """The instant at which so many days of average demand have passed in a zone since the start; None after the end."""
        edges, passed = self._demand[0 if self.even_hours else zone]
        if busy >= passed[-1]:
            return None
        place = bisect_right(passed, busy) - 1
        slope = (edges[place + 1] - edges[place]) / (passed[place + 1] - passed[place])
        days = edges[place] + slope * (busy - passed[place])
        return self.start + 1 + int(days * DAY)

    def awake(self, at: int, since: int, zone: int) -> int:
        """An instant after another, moved within its local day to when people shop; on the day of the other it stays."""
        if self.even_hours:
            return at
        offset = self._offset(min(max(at // HOUR, self.start // HOUR), self.end // HOUR), zone)
        midnight = (at + offset) // DAY * DAY
        if since + offset >= midnight:
            return at
        share, shares, hour = (at + offset - midnight) / DAY, self._shares, 0
        while hour < 23 and shares[hour + 1] <= share:
            hour += 1
        slope = ((hour + 1) / 24 - hour / 24) / (shares[hour + 1] - shares[hour])
        return midnight - offset + int((hour / 24 + slope * (share - shares[hour])) * DAY)

    def _offset(self, hour: int, zone: int) -> int:
        """Seconds by which a zone's clock is ahead of UTC at a full hour (counted since 1970)."""
        if (hour, zone) not in self._offsets:
            there = datetime.fromtimestamp(hour * HOUR, UTC).astimezone(self._zones[zone])
            self._offsets[hour, zone] = int(there.utcoffset().total_seconds())  # type: ignore[union-attr]
        return self._offsets[hour, zone]

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
        self._demand: list[tuple[list[float], list[float]]] = [
            ([0.0], [0.0]) for _ in (self._zones[:1] if self.even_hours else self._zones)
        ]
        for day in range(first, last + 1):
            pressure = sum(weight * news[day - lag] for lag, weight in enumerate(memory)) / norm
            weekday = (day + 3) % 7
            shock = exp(sum(begun.get(day - lag, 0.0) for lag in range(SHOCK_DAYS)))
            month = datetime.fromtimestamp(day * DAY, UTC).month - 1
            calm = parameters.weekday[weekday] * parameters.month[month]
            buying = calm * _pressed(pressure, parameters.competitor_purchases) * shock
            self.index.append(pressure)
            self.attention_of_day.append(
                parameters.weekday_attention[weekday] * _pressed(pressure, parameters.competitor_attention)
            )
            for zone, (edges, passed) in enumerate(self._demand):
                begin = max(day * DAY, self.start)
                while begin < min((day + 1) * DAY, self.end):
                    until = min((day + 1) * DAY if self.even_hours else (begin // HOUR + 1) * HOUR, self.end)
                    rate = buying
                    if not self.even_hours:
                        rate *= parameters.hour[(begin + self._offset(begin // HOUR, zone)) // HOUR % 24]
                    edge = (until - self.start) / DAY
                    passed.append(passed[-1] + (edge - edges[-1]) * rate)
                    edges.append(edge)
                    begin = until

    def _wave(self) -> None:
        hours = range(_FIRST_HOUR, _LAST_HOUR + 1)
        raw = {hour: cos(2 * pi * (hour - 10) / 10) for hour in hours}
        middle = sum(raw.values()) / len(raw)
        self._waves = {hour: value - middle for hour, value in raw.items()}
        clock = self.parameters.hour
        if not self.even_hours:
            height = sqrt(sum(value**2 for value in self._waves.values()) / len(raw))
            middle = sum(clock[hour] for hour in hours) / len(raw)
            away = {hour: clock[hour] / middle - 1 for hour in hours}
            spread = sqrt(sum(value**2 for value in away.values()) / len(raw))
            self._waves = {hour: value * height / max(spread, FLAT) for hour, value in away.items()}
        whole = sum(clock)
        self._shares = [sum(clock[:hour]) / whole for hour in range(25)]
        self._hours: dict[tuple[int, str], float] = {}


def _pressed(index: float, per_sd: float) -> float:
    return exp(-per_sd * index - per_sd**2 / 2)
