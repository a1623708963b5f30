"""A page of HTML as tests look at it."""

from html.parser import HTMLParser

VOID = {"meta", "link", "wbr", "br", "img", "hr", "input", "col"}


class Page(HTMLParser):
    """What a browser would see: elements, ids, links, text, and whether every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.ids, self.references, self.attributes, self.words = [], [], [], [], []
        self.open = []
        self.feed(text)
        assert not self.open, f"not closed: {self.open}"

    def handle_startendtag(self, tag, attributes):
        self._element(tag, attributes)

    def handle_starttag(self, tag, attributes):
        self._element(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        self.words.append(data)

    def _element(self, tag, attributes):
        self.elements.append(tag)
        for name, value in attributes:
            self.attributes.append((tag, name, value))
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src", "xlink:href"):
                self.references.append(value)
