"""The wrong exceptions: every way we know to write one, and how its review must end."""

from typing import Literal, NamedTuple

from tests.review.place import Edits

Ends = Literal["refused", "loses", "holds", "nobody"]
"""``refused``: not admitted, with the reason. ``loses``: the losers are counted, beyond the limits.
``holds``: nobody loses, and more people are held than a guard lets pass. ``nobody``: it can hurt nobody."""

LEAVE = 'leave: {when: "end_date < as_of", over: ["active"]}'
VALUES = 'values: {"active": keep, "on_leave": keep, "contractor": keep, "inactive": leave}'
ACCESS = 'access: [{grant: [{teams_from: "team_list"}]}]'
END = '"end_date": {type: date, missing: none, role: end}'


class Slip(NamedTuple):
    """One slip: what is written instead, how that ends, and what is said or how many lose or are held."""

    name: str
    edits: Edits
    ends: Ends
    says: str = ""
    least: int = 0


def leave(when: str, more: str = ', over: ["active"]') -> Edits:
    """The leave rule, written otherwise."""
    return ((LEAVE, f'leave: {{when: "{when}"{more}}}'),)


def pins(text: str) -> Edits:
    """The list of pins, written otherwise."""
    return (("\n  pins: []", f"\n  pins: [{text}]"),)


WHO = "owner: ana@acme.example, reason: his status is missing, until: 2030-01-31"

SLIPS = (
    Slip("the-exception-selects-all-but-one", leave("username <> 'user3'"), "loses", least=100),
    Slip("the-exception-without-over", leave("username <> 'user3'", ""), "holds", least=100),
    Slip("the-exception-as-not-in", leave("username NOT IN ('user3')"), "loses", least=100),
    Slip("the-exception-ored", leave("end_date < as_of OR username <> 'user3'"), "loses", least=100),
    Slip("the-exception-negated-twice", leave("NOT (username = 'user3')"), "loses", least=100),
    Slip("inverted-comparison", leave("start_date < as_of"), "loses", least=100),
    Slip("inverted-by-not", leave("NOT (start_date > as_of)"), "loses", least=100),
    Slip(
        "or-before-and",
        leave("department = 'sales' AND status = 'inactive' OR department = 'eng'"),
        "loses",
        least=50,
    ),
    Slip(
        "unequal-or-unequal",
        leave("department <> 'eng' OR department <> 'data'"),
        "loses",
        least=100,
    ),
    Slip("not-of-an-and", leave("NOT (department = 'eng' AND department = 'data')"), "loses", least=100),
    Slip("coalesce", leave("coalesce(end_date, DATE '2000-01-01') < as_of"), "refused", "Coalesce"),
    Slip("coalesce-to-itself", leave("coalesce(status, 'inactive') = 'inactive'"), "refused", "Coalesce"),
    Slip("is-null", leave("end_date IS NULL"), "refused", "missing end_date into evidence"),
    Slip("is-null-of-status", leave("status IS NULL OR status = 'gone'"), "refused", "missing status"),
    Slip("is-distinct-from", leave("status IS DISTINCT FROM 'active'"), "refused", "NullSafe"),
    Slip("case-else-true", leave("CASE WHEN status = 'active' THEN FALSE ELSE TRUE END"), "refused", "Case"),
    Slip(
        "missing-ok-too-wide",
        leave("end_date IS NULL OR end_date < as_of", ', over: ["active"], missing_ok: [end_date]'),
        "loses",
        least=90,
    ),
    Slip("not-in-with-null", leave("department NOT IN ('eng', NULL)"), "holds", least=30),
    Slip("a-rule-that-is-always-true", leave("1 = 1"), "refused", "no column"),
    Slip("or-true", leave("end_date < as_of OR TRUE"), "refused", "names no column"),
    Slip("a-word-left-alone", leave("department = 'legal' OR 'sales'"), "refused", "names no column"),
    Slip(
        "double-quotes", ((LEAVE, "leave: {when: 'status = \"gone\"', over: [active]}"),), "refused", "gone"
    ),
    Slip("like-everything", leave("department LIKE '%'"), "loses", least=100),
    Slip("in-the-wrong-case", leave("department NOT IN ('Eng', 'Data', 'Support')"), "loses", least=100),
    Slip("lower-against-upper", leave("lower(department) <> 'ENG'"), "loses", least=100),
    Slip("end-date-as-a-later-text", leave("start_date < '2030-01-01'"), "loses", least=100),
    Slip("the-year-of-the-wrong-column", leave("year(start_date) < 2027"), "loses", least=100),
    Slip("an-interval-too-long", leave("start_date < as_of + INTERVAL 10 YEARS"), "loses", least=100),
    Slip("a-length-for-a-value", leave("length(department) > 0"), "loses", least=100),
    Slip("not-one-of-the-teams", leave("NOT list_contains(team_list, 'admins')"), "loses", least=90),
    Slip(
        "the-table-with-a-typo",
        ((VALUES, VALUES.replace('"active"', '"actve"')), *leave("end_date < as_of", "")),
        "holds",
        least=90,
    ),
    Slip("a-typo-that-over-shows", ((VALUES, VALUES.replace('"active"', '"actve"')),), "refused", "over"),
    Slip(
        "the-table-upside-down",
        ((VALUES, 'values: {"active": leave, "inactive": keep}'), *leave("end_date < as_of", "")),
        "loses",
        least=90,
    ),
    Slip(
        "the-wrong-column-as-status",
        (
            ('column: "status"', 'column: "department"'),
            *leave("end_date < as_of", ""),
            (VALUES, "values: {eng: leave}"),
        ),
        "loses",
        least=60,
    ),
    Slip("a-value-twice", ((VALUES, VALUES.replace('"on_leave"', '"active"')),), "refused", "twice"),
    Slip("a-pin-for-everybody", pins(f"{{account: '*', pin: keep, {WHO}}}"), "nobody"),
    Slip("a-pin-for-all-but-one", pins(f"{{account: '!user3', pin: keep, {WHO}}}"), "nobody"),
    Slip(
        "a-pin-for-all-that-is-true",
        pins(f"{{when: 'TRUE', pin: keep, {WHO}}}"),
        "refused",
        "names no column",
    ),
    Slip("a-pin-meant-as-a-filter", pins(f"{{when: \"username <> 'user3'\", pin: keep, {WHO}}}"), "nobody"),
    Slip(
        "a-pin-that-keeps-all-but-one-out",
        pins(f"{{when: \"username <> 'user3'\", pin: out, {WHO}}}"),
        "refused",
        "only a keep pin may have a condition",
    ),
    Slip(
        "a-pin-by-coalesce",
        pins(f"{{when: \"coalesce(status, 'none') = 'none'\", pin: keep, {WHO}}}"),
        "refused",
        "Coalesce",
    ),
    Slip("a-pin-that-keeps-out", pins(f"{{account: user3, pin: out, {WHO}}}"), "nobody"),
    Slip(
        "a-pin-without-an-end", pins("{account: user3, pin: keep, owner: a, reason: b}"), "refused", "until"
    ),
    Slip(
        "a-missing-end-is-unknown",
        ((END, '"end_date": {type: date, role: end}'),),
        "holds",
        least=90,
    ),
    Slip(
        "rules-for-access-gone-and-teams-managed",
        (
            (ACCESS, "access: [{when: \"department = 'none'\", grant: [{team: engineering}]}]"),
            ("manages: []", "manages: [engineering]"),
        ),
        "loses",
        least=60,
    ),
    Slip(
        "the-limit-lifted-in-the-same-change",
        (*leave("username <> 'user3'"), ("limits: {}", "limits: {run: 5000, day: 5000, week: 5000}")),
        "loses",
        least=100,
    ),
    Slip("no-limit-by-a-negative-one", (("limits: {}", "limits: {run: -1}"),), "refused", "limits.run"),
    Slip("absent-means-leave", (("absent: hold", "absent: leave"),), "refused", "absent"),
    Slip(
        "the-filter-in-the-query", (("FROM staff", "FROM staff WHERE status = 'active'"),), "refused", "asked"
    ),
    Slip("another-key", (('key: "id"', 'key: "email"'),), "refused", "key"),
    Slip("the-same-rule-twice", ((LEAVE, f"{LEAVE}\n  {LEAVE}"),), "refused", "twice"),
)
