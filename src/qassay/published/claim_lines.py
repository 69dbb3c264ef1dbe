"""How a claim is written on a sheet that is made from somebody's figures."""


def claim_lines(name: str, metric: str, relation: str, value: str, *more: str) -> str:
    """Write one claim as TOML.

    Args:
        name: Its id.
        metric: What of.
        relation: Such as "at most".
        value: As TOML, a text with its quotes.
        more: Further lines, as they are; empty ones are left out.
    """
    lines = (
        "",
        "[[claim]]",
        f'id = "{name}"',
        f'metric = "{metric}"',
        f'relation = "{relation}"',
        f"value = {value}",
        *filter(None, more),
    )
    return "\n".join(lines) + "\n"
