"""One customer of a naive twin: the definition of the model's behaviour, one person and one message at a time.

What comes of a message is settled when it reaches somebody, in the order in which messages reach that person; it then
happens over the following days. No clock is in here, so that every peer's scheduler runs the same behaviour.
"""

from __future__ import annotations

from math import exp, exp2, log

from campaigns.contact import CLICK, COMPLAINT, CONVERSION, OPEN, REDEMPTION, UNSUBSCRIBE
from evals.bench.naive_setting import DAY, Setting
from simulator.channels import CLICK_MINUTES
from simulator.effects.neighbours import HEARD_DAYS
from simulator.effects.purchase import PLAIN_DAYS
from simulator.randomness import Purpose
from tools.prediction.priors import ANNOYED_DAYS, OWN_USE_DAYS, SATED_HALFLIFE_DAYS, USUAL_DEPTH

# An IntEnum's attribute costs more than a draw.
(GAP, VALUE, KEEP, SEEN, ANNOYED, CLICKS, CONVERT, INCREMENTAL, HALO, DELAY, EXTRA_VALUE, HALO_VALUE, OPEN_DELAY,
 CLICK_DELAY, WITHDRAW, TASTE, TRANSIT, STAY) = (
    int(Purpose[name]) for name in (
        "GAP", "VALUE", "KEEP", "SEEN", "ANNOYED", "CLICK", "CONVERT", "INCREMENTAL", "HALO", "DELAY", "EXTRA_VALUE",
        "HALO_VALUE", "OPEN_DELAY", "CLICK_DELAY", "WITHDRAW", "TASTE", "TRANSIT", "STAY",
    )
)  # fmt: skip
Happening = tuple[int, int, int, int, int, int, int, int]
"""Instant, kind, row, key, revenue, margin, cost, and by how many seconds it becomes visible later."""


class Message:
    """One message: `at` epoch seconds, money in micros; ads pay what their auction says, at most `cost`."""

    __slots__ = ("action", "at", "cost", "key", "liability", "slot")

    def __init__(self, at: int, key: int, action: int, slot: int, cost: int, liability: int) -> None:
        self.at, self.key, self.action, self.slot = at, key, action, slot
        self.cost, self.liability = cost, liability


class Customer:
    """One person: habits and state. `own` are the instants of the own purchases, `kept` which of them still happen."""

    __slots__ = (
        "basket_value", "brought", "brought_at", "dog", "fatigue", "holds", "kept", "lean", "luck", "neighbours",
        "newest", "own", "person", "promised", "rate", "reached", "reached_at", "redeemed", "responsiveness", "row",
        "setting", "value", "visit_rate", "zone", "zone_place",
    )  # fmt: skip

    def __init__(
        self, setting: Setting, row: int, person: int, rate: float, value: int, basket_value: int, basket_rate: float,
        responsiveness: float, zone: str, zone_place: int,
    ) -> None:  # fmt: skip
        parameters, luck = setting.parameters, setting.luck
        self.setting, self.luck = setting, luck
        self.row, self.person, self.zone, self.zone_place = row, person, zone, zone_place
        self.rate = rate * parameters.season_level
        self.value = value
        self.basket_value = basket_value
        self.visit_rate = basket_rate * parameters.visits_per_basket
        self.responsiveness = responsiveness
        self.dog = luck.chance(person, 0, Purpose.DOG) < parameters.sleeping_dog_share
        self.lean = luck.lean(person, 0, Purpose.DEVICE) if parameters.device_gap else 0.0
        self.neighbours: tuple[Customer, ...] = ()
        self.newest: dict[str, int] = {}
        self.fatigue, self.reached, self.reached_at = 0.0, 0, setting.start
        self.holds, self.redeemed = 0, False
        self.brought, self.brought_at = 0.0, setting.start
        self.own: list[int] = []
        rate = self.rate * luck.gamma(person, 0, Purpose.RATE, parameters.dispersion)
        busy = 0.0
        while rate > 0:
            busy += luck.wait(person, len(self.own), GAP) / rate
            at = setting.after_busy_days(busy, zone_place)
            if at is None:
                break
            self.own.append(at)
        self.kept = [True] * len(self.own)
        self.promised: set[int] = set()

    def own_purchase(self, number: int) -> Happening:
        """The own purchase of this number, as it happens when no message prevents it."""
        parameters = self.setting.parameters
        luck = self.luck.normal(self.person, number, VALUE)
        revenue = _lognormal(self.value * parameters.value_level, parameters.value_log_sd, luck)
        return self._conversion(self.own[number], 0, revenue, self.setting.report_seconds)

    def receive(self, message: Message, now: int) -> list[Happening]:
        """Everything that follows from a message that reaches this person now, at any time after."""
        setting, luck, person = self.setting, self.luck, self.person
        parameters, action, slot = setting.parameters, message.action, message.slot
        if self.dog:
            self._annoyed(now)
        fatigue = self.fatigue
        if fatigue:
            fatigue *= exp2(-((now - self.reached_at) / DAY) / parameters.fatigue_halflife_days)
        if message.liability:
            self.holds = message.liability
        found: list[Happening] = []
        leaves = setting.leaves[action]
        if leaves:
            tired = exp(parameters.fatigue_per_contact * fatigue)
            leave = min(parameters.unsubscribe_per_contact * tired, 1.0) * leaves
            complain = min(parameters.complaint_per_contact * tired, 1.0) * leaves
            u = luck.chance(person, slot, ANNOYED)
            if u < leave + complain:
                at = now + 1 + int(luck.chance(person, slot, WITHDRAW) * 3600)
                found.append((at, UNSUBSCRIBE if u < leave else COMPLAINT, self.row, message.key, 0, 0, 0, 0))
                self._leave(at)
        notice = setting.attention[action] * setting.attention_of_day[setting.day(now)]
        if parameters.hour_swing:
            notice *= setting.hour_factor(now, self.zone)
        if parameters.device_gap:
            notice *= 1 + parameters.device_gap * setting.side[action] * self.lean
        notice = min(notice, 1.0) * exp(-parameters.fatigue_per_contact * fatigue)
        if luck.chance(person, slot, SEEN) < notice:
            self._read(message, now, found)
        self.fatigue, self.reached_at = fatigue + 1, now
        self.reached += 1
        return found

    def _annoyed(self, now: int) -> None:
        """A sleeping dog was woken and keeps away for a fortnight."""
        loss = self.setting.parameters.sleeping_dog_loss
        for number, at in enumerate(self.own):
            if now < at <= now + ANNOYED_DAYS * DAY and self.luck.chance(self.person, number, KEEP) < loss:
                self.kept[number] = False

    def _leave(self, now: int) -> None:
        """Who has left in annoyance buys less from then on, but for what an offer was promised to."""
        loss = self.setting.parameters.churn_loss
        for number, at in enumerate(self.own):
            if at > now and number not in self.promised and self.luck.chance(self.person, number, STAY) < loss:
                self.kept[number] = False

    def _read(self, message: Message, now: int, found: list[Happening]) -> None:
        setting, luck, person, action = self.setting, self.luck, self.person, message.action
        parameters, slot = setting.parameters, message.slot
        at = now + 1 + int(min(luck.wait(person, slot, OPEN_DELAY) * setting.read_seconds[action], 3 * DAY))
        if parameters.delivery_minutes:
            at += int(luck.wait(person, slot, TRANSIT) * setting.transit_seconds[action])
        found.append((at, OPEN, self.row, message.key, 0, 0, 0, 0))
        ratio = self.responsiveness * setting.creative[action]
        if parameters.taste_spread:
            spread = parameters.taste_spread
            ratio *= exp(spread * luck.normal(person, setting.tone[action], TASTE) - spread**2 / 2)
        if luck.chance(person, slot, CLICKS) < self._click_chance(setting.click[action], ratio):
            at += 1 + int(luck.wait(person, slot, CLICK_DELAY) * CLICK_MINUTES * 60)
            found.append((at, CLICK, self.row, message.key, 0, 0, 0, 0))
            self._clicked(message, now, at, found)

    def _click_chance(self, base: float, ratio: float) -> float:
        shape = self.setting.parameters.click_shape
        if shape == "threshold":
            return min(2 * base, 1.0) if ratio >= 1 else 0.0
        chance = _raised(base, ratio)
        return chance / (1 + 0.5 * self.reached) if shape == "saturating" else chance

    def _clicked(self, message: Message, now: int, at: int, found: list[Happening]) -> None:
        setting, luck, person, action = self.setting, self.luck, self.person, message.action
        parameters, slot = setting.parameters, message.slot
        if self.dog:
            return
        offer = setting.has_offer[action] and not self.redeemed
        deep = min(max(setting.face_value[action] / max(self.value, 1), 0.01), 0.9)
        chance = parameters.convert_offer if offer else parameters.convert_plain
        if offer and parameters.offer_depth_power:
            chance = _raised(chance, (deep / USUAL_DEPTH) ** parameters.offer_depth_power)
        sated = self.brought * exp2(-((now - self.brought_at) / DAY) / SATED_HALFLIFE_DAYS)
        if parameters.saturation_per_purchase > 0:
            chance = _raised(chance, exp(-parameters.saturation_per_purchase * sated))
        if luck.chance(person, slot, CONVERT) >= chance:
            return
        if luck.chance(person, slot, INCREMENTAL) >= parameters.incremental_share:
            if offer:
                self._use_on_own_purchase(message, at, found)
            return
        limit = setting.valid_days[action] if offer else PLAIN_DAYS
        mean, sd = parameters.delay_log_mean, parameters.delay_log_sd
        late = exp(mean + sd * luck.normal_below(person, slot, DELAY, (log(limit) - mean) / sd))
        due = setting.awake(at + 1 + int(late * DAY), at, self.zone_place)
        worth = self.value * parameters.value_level * (1 - (deep if offer else 0.0)) ** -parameters.price_elasticity
        revenue = _lognormal(worth, parameters.value_log_sd, luck.normal(person, slot, EXTRA_VALUE))
        if luck.chance(person, slot, HALO) < parameters.halo_trip_share:
            extra = luck.normal(person, slot, HALO_VALUE)
            revenue += _lognormal(self.basket_value, parameters.value_log_sd, extra)
        found.append(self._conversion(due, message.key, revenue, setting.late[action]))
        if offer:
            self._redeem(due, message.key, setting.late[action], found)
        self.brought, self.brought_at = sated + 1, now
        for side, neighbour in enumerate(self.neighbours):
            self._tell(neighbour, slot * 2 + side, due, found)

    def _use_on_own_purchase(self, message: Message, after: int, found: list[Happening]) -> None:
        """The offer is used on the next own purchase, if that comes soon enough and still happens."""
        for number, at in enumerate(self.own):
            if at > after:
                if at - after <= OWN_USE_DAYS * DAY and self.kept[number]:
                    self.promised.add(number)
                    self._redeem(at, message.key, self.setting.report_seconds, found)
                return

    def _redeem(self, at: int, key: int, late: int, found: list[Happening]) -> None:
        if at <= self.setting.end:
            self.redeemed = True
            found.append((at, REDEMPTION, self.row, key, 0, 0, self.holds, late))

    def _tell(self, neighbour: Customer, moment: int, due: int, found: list[Happening]) -> None:
        """A neighbour hears of a purchase and may buy too; the luck is that of who tells."""
        parameters, luck = self.setting.parameters, self.luck
        chance = 1 - exp(-parameters.word_of_mouth * neighbour.rate * HEARD_DAYS)
        if luck.chance(self.person, moment, Purpose.HEARSAY) < chance:
            at = due + 1 + int(luck.chance(self.person, moment, Purpose.HEARSAY_DELAY) * HEARD_DAYS * DAY)
            worth = luck.normal(self.person, moment, Purpose.HEARSAY_VALUE)
            revenue = _lognormal(neighbour.value * parameters.value_level, parameters.value_log_sd, worth)
            found.append(neighbour._conversion(at, 0, revenue, self.setting.report_seconds))

    def _conversion(self, at: int, key: int, revenue: int, late: int) -> Happening:
        return at, CONVERSION, self.row, key, revenue, round(revenue * self.setting.margin_rate), 0, late


def _raised(chance: float, ratio: float) -> float:
    """A chance with its odds multiplied."""
    return chance * ratio / (1 - chance + chance * ratio)


def _lognormal(mean: float, log_sd: float, z: float) -> int:
    """Micros around a mean, so that their expectation is the mean."""
    return round(mean * exp(log_sd * z - log_sd**2 / 2))
