"""Scenarios changed for what people and programs write by mistake. Whoever draws says how: Hypothesis, which makes what it
finds small, or random numbers, of which a long run takes many thousands."""

PIECES = (":", "- ", "  ", "\n", "{", "}", "[", "]", "&all ", "*all", "~", '"', "'", "#", "!!", "<<: ", "|", "-5", "1e999", "% ", "\t", "---",
          "\u202e", ", ", ".inf ", "é", "0 s", "18446744073709551616", "null", "- - - ")
VALUES = ("0", "-1", "1e999", "1e-300", "nan", "[]", "{}", "''", "~", "0 s", "1e6 s", "9999999999", "100 %", "2000 %")


def mutant_of(text, whole, choice):
    """The text with a few pieces or lines changed. `whole(least, most)` and `choice(sequence)` draw."""
    for _ in range(whole(1, 4)):
        edit = choice((cut, double, put, replace, drop_line, repeat_line, give_value, indent))
        text = edit(text, whole, choice)
    return text


def cut(text, whole, choice):
    at = whole(0, len(text))
    return text[:at] + text[at + whole(1, 12):]


def double(text, whole, choice):
    at = whole(0, len(text))
    return text[:at] + text[at:at + whole(1, 12)] + text[at:]


def put(text, whole, choice):
    at = whole(0, len(text))
    return text[:at] + piece(whole, choice) + text[at:]


def replace(text, whole, choice):
    at = whole(0, len(text))
    return text[:at] + piece(whole, choice) + text[at + whole(1, 12):]


def piece(whole, choice):
    """What means something in YAML, or any letter."""
    return choice(PIECES) if whole(0, 3) else chr(whole(32, 0x2fff))


def drop_line(text, whole, choice):
    return on_line(text, whole, lambda lines, line: [])


def repeat_line(text, whole, choice):
    return on_line(text, whole, lambda lines, line: [choice(lines), line])


def give_value(text, whole, choice):
    return on_line(text, whole, lambda lines, line: [f"{line.split(':', 1)[0]}: {choice(VALUES)}" if ":" in line else line])


def indent(text, whole, choice):
    return on_line(text, whole, lambda lines, line: [" " * whole(0, 8) + line.strip()])


def on_line(text, whole, change):
    lines = text.split("\n")
    at = whole(0, len(lines) - 1)
    lines[at:at + 1] = change(lines, lines[at])
    return "\n".join(lines)
