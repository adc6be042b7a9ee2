"""Reads the rules of a profile: whole ones, or edits of the rules of the profile that it extends."""

from collections.abc import Sequence, Sized
from dataclasses import replace
from typing import Any, Literal, cast

import yaml

from vtr.reference.messages import did_you_mean
from vtr.reference.rules.columns import STAGES, Stage
from vtr.reference.rules.conditions import Condition, ConditionError, read_condition
from vtr.reference.rules.profile import GRADES, Rule
from vtr.reference.yaml_reader import Fields, YamlReader

VALID = "VALID"
"""The decision of a package that no rule decides."""

_MOST_RULES = 200
_RULE_NEEDED = ("rule", "stage", "source", "grade", "says", "right", "wrong")
_RULE_KEYS = (*_RULE_NEEDED, "exempt", "when", "counts_when")
_CHANGEABLE = ("exempt", "source", "grade", "says", "right", "wrong", "when", "counts_when")
_EDITS = {
    "change": "change",
    "drop": "drop",
    "before": "go before",
    "after": "go after",
}  # and what each is called


class RuleReader(YamlReader):
    """Reads the rules of one file.

    base_is_whole: whether the profile that it extends was read without a mistake. If not, a name that is missing in it
        is not reported here: it may be in the part that could not be read.
    """

    def __init__(self, origin: str, *, base_is_whole: bool) -> None:
        """origin: the file, as messages name it."""
        super().__init__(origin)
        self.base_is_whole = base_is_whole

    def where(self, node: yaml.Node) -> str:
        """The place of a node, as file:line."""
        return f"{self.origin}:{node.start_mark.line + 1}"

    def whole_rules(self, fields: Fields, name: str) -> list[Rule]:
        """The rules of a profile that extends no other."""
        rules: dict[str, Rule] = {}
        for node in self.sequence(fields, name):
            with self.collecting():
                before = len(self.problems)
                rule = self.rule(self.fields(node, _RULE_KEYS, required=_RULE_NEEDED), node, before)
                if rule is not None and rule.name in rules:
                    raise self.wrong(node, f"'{rule.name}' is repeated among the rules; remove one")
                if rule is not None:
                    rules[rule.name] = rule
        self.check_count(fields, rules)
        return list(rules.values())

    def check_count(self, fields: Fields, rules: Sized) -> None:
        """Refuse more rules than a profile may have. Raises Unreadable."""
        if len(rules) > _MOST_RULES:
            raise self.wrong(fields["rules"][0], f"{len(rules)} rules; a profile has at most {_MOST_RULES}")

    def edited_rules(self, fields: Fields, inherited: Sequence[Rule]) -> tuple[Rule, ...]:
        """The base's rules, none surer than `inherited_grade`, after the edits in the order of the file."""
        surest = self.attempt(self.one_of, fields, "inherited_grade", GRADES) or GRADES[0]
        rules = [replace(rule, grade=max(rule.grade, surest, key=GRADES.index)) for rule in inherited]
        before = len(self.problems)
        edits = self.attempt(self.sequence, fields, "rules") or []
        touched: set[str] = set()
        unread: set[str] = set()
        for node in edits:
            with self.collecting():
                self.edit(node, rules, touched, unread)
        with self.collecting():
            if not rules and edits and self.base_is_whole and len(self.problems) == before:
                raise self.wrong(edits[-1], "no rule is left; a profile has at least one")
            self.check_count(fields, rules)
        return tuple(rules)

    def edit(self, node: yaml.Node, rules: list[Rule], touched: set[str], unread: set[str]) -> None:
        """Make one edit. touched: the rules changed so far. unread: the names of new rules that could not be read."""
        before = len(self.problems)
        fields, kind = self.edit_fields(node)
        target = self.text(fields, kind)
        names = [rule.name for rule in rules]
        place = names.index(target) if target in names else None
        if place is None and self.base_is_whole and target not in unread:
            hint = did_you_mean(target, names) or f"; they are: {', '.join(names)}"
            self.note(fields[kind][1], f"no rule '{target}' to {_EDITS[kind]}{hint}")
        if kind in ("change", "drop"):
            if place is None:
                return
            if target in touched:
                raise self.wrong(fields[kind][1], f"'{target}' is changed or dropped a second time; merge the edits")
            touched.add(target)
            if kind == "drop":
                del rules[place]
            else:
                rules[place] = self.changed(rules[place], fields, node, before)
            return
        rule = self.rule(fields, node, before)
        if rule is None or place is None:
            unread.update(str(value.value) for _, value in (fields[name] for name in ("rule",) if name in fields))
            return
        if rule.name in names:
            raise self.wrong(fields["rule"][1], f"there is a rule '{rule.name}'; change it, or choose another name")
        if rule.stage != rules[place].stage:
            raise self.wrong(
                fields[kind][1],
                f"'{target}' is a rule of the {rules[place].stage} stage, '{rule.name}' of the {rule.stage}"
                " stage; name a rule of the same stage",
            )
        rules.insert(place + (kind == "after"), rule)

    def edit_fields(self, node: yaml.Node) -> tuple[Fields, str]:
        """The fields of an edit, and which kind it is."""
        shape = "a rule here is one of: change: NAME, drop: NAME, before: NAME, after: NAME"
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, shape)
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        kinds = [key for key in keys if key in _EDITS]
        if len(kinds) != 1:
            known = (*_EDITS, *_RULE_KEYS)
            for key, _ in node.value:
                name = key.value if isinstance(key, yaml.ScalarNode) else "?"
                if name not in known:
                    raise self.wrong(key, f"unknown key '{name}'{did_you_mean(name, known)}")
            raise self.wrong(node, shape)
        kind = kinds[0]
        if kind == "change":
            return self.fields(node, ("change", *_CHANGEABLE), required=("change",)), kind
        if kind == "drop":
            return self.fields(node, ("drop",), required=("drop",)), kind
        return self.fields(node, (kind, *_RULE_KEYS), required=(kind, *_RULE_NEEDED)), kind

    def changed(self, rule: Rule, fields: Fields, node: yaml.Node, before: int) -> Rule:
        """The base's rule with what the edit says; unchanged if more mistakes are known than before the edit.

        A condition of its own is not as sure as the base's was.
        """
        if len(fields) == 1 and not fields.misspelt:
            raise self.wrong(node, f"say what changes of '{rule.name}': one of {', '.join(_CHANGEABLE)}")
        values: dict[str, Any] = {
            "source": self.attempt(self.text, fields, "source"),
            "says": self.attempt(self.text, fields, "says"),
            "right": self.attempt(self.example, fields, "right"),
            "wrong": self.attempt(self.example, fields, "wrong"),
            "exempt": self.attempt(self.exempt, fields, "exempt", rule.stage),
            "grade": self.attempt(self.one_of, fields, "grade", GRADES),
        }
        if "when" in fields or "counts_when" in fields:
            with self.collecting():
                values["condition"] = self.condition(fields, node, rule.name, rule.stage)
            values["grade"] = values["grade"] or "X"
        if len(self.problems) > before:
            return rule
        given = {name: value for name, value in values.items() if value is not None}
        return replace(rule, **given, changes=(*rule.changes, self.where(node)))

    def rule(self, fields: Fields, node: yaml.Node, before: int) -> Rule | None:
        """A whole rule; None if more mistakes are known than before its fields were read."""
        name = self.attempt(self.rule_name, fields, "rule")
        stage = cast("Stage | None", self.attempt(self.one_of, fields, "stage", STAGES))
        values: dict[str, Any] = {
            "exempt": False if stage is None else self.attempt(self.exempt, fields, "exempt", stage) or False,
            "source": self.attempt(self.text, fields, "source"),
            "grade": self.attempt(self.one_of, fields, "grade", GRADES),
            "says": self.attempt(self.text, fields, "says"),
            "right": self.attempt(self.example, fields, "right"),
            "wrong": self.attempt(self.example, fields, "wrong"),
        }
        if stage is not None and not fields.misspelt & {"when", "counts_when"}:
            with self.collecting():
                values["condition"] = self.condition(fields, node, name or "the rule", stage)
        if name is None or stage is None or len(self.problems) > before:
            return None
        return Rule(name=name, stage=stage, **values, origin=self.origin, line=fields["rule"][0].start_mark.line + 1)

    def rule_name(self, fields: Fields, name: str) -> str:
        """A name in capitals. Raises Unreadable."""
        found = self.text(fields, name)
        if found == VALID or not found.replace("_", "").isalnum() or not found.isascii() or found != found.upper():
            raise self.wrong(
                fields[name][0], f"'{found}' cannot be a rule's name; write capitals, as NO_SCAN (not VALID)"
            )
        return found

    def exempt(self, fields: Fields, name: str, stage: Stage) -> bool:
        """Whether the rule exempts packages, which only the population stage can. Raises Unreadable."""
        exempt = self.truth(fields, name)
        if exempt and stage != "population":
            raise self.wrong(fields[name][0], "only a rule of the population stage can be exempt")
        return exempt

    def example(self, fields: Fields, name: str) -> str:
        """An example: any scalar is text there, a bare number too."""
        kinds = ("str", "int", "float", "null", "bool", "timestamp")
        return self.scalar(fields, name, kinds, "a short example").strip()

    def condition(self, fields: Fields, node: yaml.Node, name: str, stage: Stage) -> Condition:
        """The checked condition, under the key of the stage. name: the rule's, for messages. Raises Unreadable."""
        key: Literal["when", "counts_when"] = "counts_when" if stage == "submission" else "when"
        other = "when" if stage == "submission" else "counts_when"
        if other in fields or key not in fields:
            raise self.wrong(node, f"the condition of a {stage} rule is written under '{key}'")
        text = self.scalar(fields, key, ("str", "bool"), "an SQL condition").strip()
        try:
            return read_condition(text, stage)
        except ConditionError as error:
            raise self.wrong(fields[key][0], f"{name}: {error}") from None
