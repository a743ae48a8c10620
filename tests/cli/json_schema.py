"""A validator for the part of JSON Schema (draft 2020-12) that docs/schemas use; a keyword outside that part is an error in the schema.

Numbers come as Decimal and int, so that nothing is rounded on its way. The validator also notes which fields it has seen: a schema is only as good
as the outputs it was held against.
"""
import decimal
import json
import re

TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}
WORDS = {"$schema", "$defs", "title", "description"}
KEYWORDS = WORDS | {"type", "properties", "required", "items", "enum", "const", "additionalProperties", "$ref", "anyOf", "pattern", "minimum"}


def parse(text):
    """JSON with exact numbers; a name that occurs twice is an error."""
    def members(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError(f"a name occurs twice: {[name for name, _ in pairs]}")
        return dict(pairs)
    return json.loads(text, parse_float=decimal.Decimal, object_pairs_hook=members)


def fields_of(schema):
    """Every field that a schema describes, as definition.field; those of the whole begin with a dot."""
    names = set()
    for owner, part in [("", schema), *schema.get("$defs", {}).items()]:
        names.update(f"{owner}.{name}" for name in part.get("properties", {}))
    return names


class Validator:
    def __init__(self, schema):
        self.schema = schema
        self.seen = set()

    def complaints(self, value):
        """What is wrong with a value, one sentence each; empty when it is valid."""
        return list(self._check(value, self.schema, "", ""))

    def _resolve(self, reference):
        match = re.fullmatch(r"#/\$defs/(\w+)", reference)
        assert match, f"only local references: {reference}"
        return match.group(1), self.schema["$defs"][match.group(1)]

    def _check(self, value, schema, owner, path):
        assert not set(schema) - KEYWORDS, f"unknown keywords {set(schema) - KEYWORDS}"
        if "$ref" in schema:
            name, target = self._resolve(schema["$ref"])
            yield from self._check(value, target, name, path)
        if "anyOf" in schema and all(any(True for _ in self._check(value, part, owner, path)) for part in schema["anyOf"]):
            yield f"{path}: {value!r} fits none of the alternatives"
        if "const" in schema and value != schema["const"]:
            yield f"{path}: {value!r} instead of {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{path}: {value!r} is none of {schema['enum']}"
        if "type" in schema:
            kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            if not any(TYPES[kind](value) for kind in kinds):
                yield f"{path}: {value!r} is no {' or '.join(kinds)}"
        if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{path}: {value!r} does not match {schema['pattern']}"
        if TYPES["number"](value) and value < schema.get("minimum", value):
            yield f"{path}: {value} is under {schema['minimum']}"
        if isinstance(value, list) and "items" in schema:
            for index, item in enumerate(value):
                yield from self._check(item, schema["items"], owner, f"{path}[{index}]")
        if isinstance(value, dict):
            yield from self._check_object(value, schema, owner, path)

    def _check_object(self, value, schema, owner, path):
        properties = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                yield f"{path}: {name} is missing"
        for name, item in value.items():
            if name in properties:
                self.seen.add(f"{owner}.{name}")
                yield from self._check(item, properties[name], owner, f"{path}.{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{path}: {name} is not described"
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from self._check(item, schema["additionalProperties"], owner, f"{path}.{name}")
