"""A view that an author names in a key in, the widget out: ``afkit.article(layers=["people"])``.

Only names of afkit are called, with plain values; nothing else in the text is ever run.
"""

from __future__ import annotations

import ast

__all__ = ["LookError", "open_view", "verify"]

LONGEST = 300


class LookError(ValueError):
    """A text that is no view; the message says what was found and what was expected."""


def verify(expression: str) -> None:
    """Refuse what :func:`open_view` could not run.

    Raises
    ------
    LookError
        If it is no call of a name that afkit has, with plain values.
    """
    import afkit

    for node in ast.walk(_parsed(expression)):
        if isinstance(node, ast.Attribute) and node.attr not in afkit.__all__:
            raise LookError(f"view = {expression!r}: afkit has no '{node.attr}'")


def open_view(expression: str) -> object:
    """What a view's expression gives, usually a widget.

    Raises
    ------
    LookError
        If it is no view.
    """
    verify(expression)
    return _value(_parsed(expression))


def _parsed(expression: str) -> ast.Call:
    try:
        if len(expression) <= LONGEST:
            node = ast.parse(expression.strip(), mode="eval").body
            if isinstance(node, ast.Call) and _plain(node):
                return node
    except (SyntaxError, ValueError, RecursionError):
        pass
    shown = expression if len(expression) <= 60 else expression[:57] + "..."
    raise LookError(
        f"view = {shown!r}; expected a call of afkit with plain values, like "
        "\"afkit.map(as_of=afkit.as_of('2021-08-12'))\""
    )


def _plain(node: ast.expr) -> bool:
    """Whether an expression is made of calls of afkit and plain values, and of nothing else."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name("afkit")), args=args, keywords=keywords):
            named = all(each.arg for each in keywords)
            return named and all(map(_plain, [*args, *(each.value for each in keywords)]))
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return all(map(_plain, elements))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return True
    return isinstance(node, ast.Constant)


def _value(node: ast.expr) -> object:
    """The value of an expression that :func:`_plain` lets through."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name), args=args, keywords=keywords):
            import afkit

            given = {str(each.arg): _value(each.value) for each in keywords}
            made: object = getattr(afkit, name)(*map(_value, args), **given)
            return made
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_value(each) for each in elements]
    literal: object = ast.literal_eval(node)
    return literal
