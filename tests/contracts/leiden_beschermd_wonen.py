#!/usr/bin/env python3
"""The Leiden contract once more, in plain Python with exact fractions, as an oracle for its invented lines.

Reads contracts/leiden-beschermd-wonen/lines.csv and prints the decisions that the agreement gives, in the form of `beding run`. Written from
the agreement, not from the contract file, and slow and obvious on purpose: expected.csv is its output, and test_contracts.py compares all three.
"""
import csv
import sys
from datetime import date, timedelta
from fractions import Fraction

DAY_TARIFF = {  # Bijlage 2, 5.2: zzp2 ... zzp6
    ("intramuraal", "inclusief"): ["143.73", "166.69", "193.62", "205.67", "237.97"],
    ("intramuraal", "exclusief"): ["114.85", "134.18", "158.18", "170.67", "202.39"],
    ("gescheiden", "inclusief"): ["116.92", "133.44", "156.76", "167.18", "195.57"],
    ("gescheiden", "exclusief"): ["88.18", "101.09", "121.50", "132.35", "160.21"],
}
SESSION_TARIFF = ["36.70", "40.84", "40.84", "40.84", "45.84"]  # 5.3
FIXED_TARIFF = {"overbrugging_basis": "50.40", "overbrugging_speciaal": "70.20", "overbrugging_dagbesteding": "40.84"}  # 5.4
SESSIONS_A_WEEK = [5, 5, 5, 6, 5]  # 5.3
HOURLY = ("overbrugging_basis", "overbrugging_speciaal")
FIRST_PERIOD = date(2019, 12, 30)
CODES = {
    "toewijzing_vereist": "9338", "begin_buiten_toewijzing": "9307", "eind_buiten_toewijzing": "9308", "ander_product": "9340",
    "omvang_boven_besluit": "9321", "startbericht_vereist": "9069", "binnen_een_periode": "9319", "tarief_onjuist": "0611",
}


def day(text):
    return date.fromisoformat(text) if text else None


def volume_in(text, unit, product):
    """In the unit of the product: minutes count as parts of an hour, nothing else converts."""
    value = Fraction(text)
    return value / 60 if product in HOURLY and unit == "minuut" else value


def period_of(on):
    begin = FIRST_PERIOD + timedelta(days=28 * ((on - FIRST_PERIOD).days // 28))
    return begin, begin + timedelta(days=27)


def years_later(on, years):
    """The last day of that many years from a day, that day included."""
    try:
        return on.replace(year=on.year + years) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(on.year + years, 2, 28)


def tariff_of(line):
    product = line["product"]
    level = int(line["zzp"][3]) - 2 if line["zzp"] else None
    if product == "verblijf":
        return Fraction(DAY_TARIFF[line["wonen"], line["dagbesteding"]][level])
    if product == "dagbesteding_elders":
        return Fraction(SESSION_TARIFF[level])
    return Fraction(FIXED_TARIFF[product])


def half_up_cents(amount):
    return Fraction((amount * 100 + Fraction(1, 2)).__floor__(), 100)


def allocation_rules(line, product, volume, begin, end):
    """Articles 10, 3.1 and 5.8: what the allocation says. Yields the names of the rules that fail."""
    allocated = any(line[name] for name in line if name.startswith("toewijzing_"))
    if not allocated:
        if line["gekoppeld_op_persoon"] != "ja":
            yield "toewijzing_vereist"
        return
    first, last = day(line["toewijzing_ingangsdatum"]), day(line["toewijzing_einddatum"]) or date.max
    weekly = line["toewijzing_frequentie"] == "2"
    if line["toewijzing_aanbieder"] and line["toewijzing_aanbieder"] != line["aanbieder"]:
        yield "andere_opdrachtnemer"
    if not first <= begin <= last:
        yield "begin_buiten_toewijzing"
    if not first <= end <= last:
        yield "eind_buiten_toewijzing"
    if line["toewijzing_product"] and line["toewijzing_product"] != product:
        yield "ander_product"
    allocated_volume = line["toewijzing_volume"] and volume_in(line["toewijzing_volume"], line["toewijzing_eenheid"], product)
    if product == "verblijf" and line["zzp"] != "zzp2":
        if line["toewijzing_einddatum"] and last > years_later(first, 3):
            yield "looptijd_toekenning"
        if weekly and allocated_volume and allocated_volume != 7:
            yield "zeven_etmalen"
    if product in ("verblijf", "dagbesteding_elders") and allocated_volume and line["akkoord_per_mail"] != "ja":
        if volume > allocated_volume * (4 if weekly else 1):
            yield "omvang_boven_besluit"


def care_rules(line, product, volume, begin, end):
    """Articles 5.2, 5.3 and 5.10: start, stop, ZZP 2, day activities elsewhere, days."""
    start, stop = day(line["start_begindatum"]), day(line["stop_einddatum"])
    if not start:
        yield "startbericht_vereist"
    elif end < start:
        yield "voor_start"
    if stop and begin > stop:
        yield "na_stop"
    existing = line["bestaande_client"] == "ja"
    if product == "verblijf" and line["zzp"] == "zzp2":
        if line["wonen"] == "intramuraal" and not existing:
            yield "zzp2_alleen_bestaand"
        if line["wonen"] == "gescheiden" and line["op_maat_afgesproken"] != "ja":
            yield "zzp2_gescheiden_op_maat"
    if product == "dagbesteding_elders":
        if line["zzp"] == "zzp2" and not existing:
            yield "zzp2_dagbesteding_bestaand"
        if line["woonaanbieder"] and line["woonaanbieder"] == line["aanbieder"]:
            yield "andere_dienstverlener"
        if volume > 4 * SESSIONS_A_WEEK[int(line["zzp"][3]) - 2] and line["uitzonderingssituatie"] != "ja":
            yield "dagdelen_per_week"
    if end > period_of(begin)[1]:
        yield "binnen_een_periode"
    if product == "verblijf":
        if volume > 28:
            yield "dagen_per_periode"
        if volume > (end - begin).days + 1:
            yield "meer_dagen_dan_beslagen"


def decide(line):
    product = line["product"]
    begin, end = day(line["begindatum"]), day(line["einddatum"])
    volume = volume_in(line["volume"], line["eenheid"], product)
    tariff = tariff_of(line)
    computed = volume * tariff
    if product in HOURLY:
        computed = half_up_cents(computed)

    failing = []
    failing += allocation_rules(line, product, volume, begin, end)
    failing += care_rules(line, product, volume, begin, end)
    if (day(line["dagtekening"]) - period_of(begin)[1]).days > 56 and line["toestemming_te_laat"] != "ja":
        failing.append("te_laat")
    if Fraction(line["tarief"]) != tariff:
        failing.append("tarief_onjuist")
    if Fraction(line["bedrag"]) != computed:
        failing.append("bedrag_onjuist")
    if product not in HOURLY and volume.denominator != 1:
        failing.append("deel_van_eenheid")  # the language's own rules come after the contract's
    if failing:
        return "afgekeurd", Fraction(0), failing

    caps = []
    if product.startswith("overbrugging") and line["toewijzing_volume"] and line["akkoord_per_mail"] != "ja":
        allowed = volume_in(line["toewijzing_volume"], line["toewijzing_eenheid"], product)
        if volume > allowed:
            caps.append("uren_tot_indicatie")
            computed = allowed * tariff
            if product in HOURLY:
                computed = half_up_cents(computed)
    return "goedgekeurd", computed, caps


def main():
    lines = sys.argv[1] if len(sys.argv) > 1 else "contracts/leiden-beschermd-wonen/lines.csv"
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["declaratienummer", "regelnummer", "besluit", "bedrag_toegekend", "redenen", "regels"])
    with open(lines, newline="", encoding="utf-8") as source:
        for line in csv.DictReader(source):
            decision, amount, rules = decide(line)
            cents = amount * 100
            assert cents.denominator == 1
            euros = f"{int(cents) // 100}.{int(cents) % 100:02d}"
            reasons = ";".join(CODES.get(rule, rule) for rule in rules)
            out.writerow([line["declaratienummer"], line["regelnummer"], decision, euros, reasons, ";".join(rules)])


if __name__ == "__main__":
    main()
