"""Compares an answer of the API with what the OpenAPI document says of it."""

import re
from typing import Any

import httpx
from jsonschema import Draft202012Validator

# Answers of the framework itself stand under no operation; they are failures of the common shape.
_EVERYWHERE = {404, 405, 500}


class OpenapiCheck:
    """The document, ready to be asked for each answer."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._routes = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), item)
            for path, item in document["paths"].items()
        ]

    def check(self, method: str, path: str, answer: httpx.Response) -> None:
        """Raise AssertionError unless status, media type and body are documented."""
        operation = self._operation("get" if method == "HEAD" else method.lower(), path)
        stated = operation.get("responses", {}).get(str(answer.status_code))
        if stated is None:
            assert answer.status_code in _EVERYWHERE, (
                f"{method} {path}: {answer.status_code} is not documented"
            )
            schema: dict[str, Any] = {"$ref": "#/components/schemas/Failure"}
        elif answer.status_code in {301, 304}:
            assert answer.content == b""
            return
        else:
            schema = stated["content"]["application/json"]["schema"]
        assert answer.headers["content-type"] == "application/json"
        if method != "HEAD":
            validator = Draft202012Validator({**schema, "components": self._document["components"]})
            validator.validate(answer.json())

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        plain = path.split("?", maxsplit=1)[0].rstrip("/")
        for pattern, item in self._routes:
            if pattern.fullmatch(plain) and method in item:
                return item[method]
        return {}
