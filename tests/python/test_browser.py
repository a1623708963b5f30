"""The report as a reader sees it: a headless Chromium opens it at the width of a desk and of a phone.

The page stands in a frame of the wanted width, served from a local port, so that the page around it can measure it.
With STREAMTWIN_SCREENSHOTS set, the pictures are kept in that folder.
"""

import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from streamtwin import report as reports
from streamtwin.quantities import quantity
from synthetic import write_results
import streamtwin as st
from test_report import HOSTILE, SECTIONS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--force-color-profile=srgb", "--disable-dev-shm-usage"]
WIDTHS = {"desk": 1200, "phone": 390}
FRAME = """<!doctype html><style>body{margin:0}iframe{border:0;width:%dpx;height:%dpx}</style>
<iframe src="report.html"></iframe><pre id="measured" hidden></pre><script>
addEventListener("load", () => {
  const frame = document.querySelector("iframe").contentWindow, page = frame.document, root = page.documentElement;
  const shown = [...page.querySelectorAll("figure svg")].filter(svg => svg.getBoundingClientRect().width > 0);
  const outside = [...page.querySelectorAll("main *")].filter(e => !e.closest("svg") && e.getBoundingClientRect().right > root.clientWidth + 1);
  const texts = shown.flatMap(svg => [...svg.querySelectorAll("text")].map(t => t.getBoundingClientRect().height));
  measured.textContent = JSON.stringify({
    width: root.clientWidth, scroll: root.scrollWidth, height: root.scrollHeight,
    sections: [...page.querySelectorAll("section")].map(s => s.id),
    figures: shown.map(svg => ({name: svg.getAttribute("aria-label"), width: svg.getBoundingClientRect().width,
      height: svg.getBoundingClientRect().height, marks: svg.querySelectorAll("path").length})),
    hidden: [...page.querySelectorAll("td")].filter(e => frame.getComputedStyle(e).display === "none").length,
    outside: outside.map(e => e.tagName + "." + e.className), smallest: Math.min(...texts),
    scripts: page.scripts.length, images: page.images.length, pwned: frame.pwned === undefined ? null : frame.pwned,
    background: frame.getComputedStyle(page.body).backgroundColor});
});</script>"""


#: What a reader does with the page: points at a figure, sorts and filters a table, opens a figure large and goes nearer.
READER = """<!doctype html><style>body{margin:0}iframe{border:0;width:%dpx;height:%dpx}</style>
<iframe src="report.html"></iframe><pre id="measured" hidden></pre><script>
addEventListener("load", () => {
  const frame = document.querySelector("iframe").contentWindow, page = frame.document, found = {};
  const svg = [...page.querySelectorAll("figure svg[data-panels]")].find(one => one.getBoundingClientRect().width > 0);
  const panel = JSON.parse(svg.dataset.panels)[0], [left, top, right, bottom] = panel.box;
  const at = new frame.DOMPoint((left + right) / 2, (top + bottom) / 2).matrixTransform(svg.getScreenCTM());
  const point = (kind, more) => svg.dispatchEvent(new frame[kind === "wheel" ? "WheelEvent" : "PointerEvent"](kind,
    {clientX: at.x, clientY: at.y, bubbles: true, cancelable: true, ...more}));
  const tip = page.querySelector(".tip");
  found.before = tip.hidden;
  point("pointermove");
  found.tip = [...tip.querySelectorAll("strong, span, b")].map(one => one.textContent);
  found.marks = svg.querySelectorAll(".marks circle").length;
  point("pointerleave");
  found.after = tip.hidden;
  page.querySelectorAll("details").forEach(one => { one.open = true; });
  const table = page.querySelector("table.kpis"), column = () => [...table.tBodies[0].rows].map(row => row.cells[1].dataset.value);
  const button = table.tHead.rows[0].cells[1].querySelector("button");
  button.click();
  found.up = column();
  button.click();
  found.down = column();
  found.order = table.tHead.rows[0].cells[1].getAttribute("aria-sort");
  const filter = page.querySelector("input.filter");
  filter.value = "PLAYS start";
  filter.dispatchEvent(new frame.Event("input"));
  found.filtered = [...table.tBodies[0].rows].filter(row => row.getBoundingClientRect().height > 0).map(row => row.cells[0].textContent);
  const whole = svg.getAttribute("viewBox"), home = svg.parentNode;
  home.querySelector(".enlarge").click();
  found.large = svg.closest("dialog").open && svg.getBoundingClientRect().width;
  point("wheel", {deltaY: -1});
  found.nearer = svg.viewBox.baseVal.width / Number(whole.split(" ")[2]);
  svg.closest("dialog").close();
  setTimeout(() => {
    found.back = svg.parentNode === home && Math.abs(svg.viewBox.baseVal.width - Number(whole.split(" ")[2])) < 0.01;
    measured.textContent = JSON.stringify(found);
  }, 50);
});</script>"""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        body = self.server.pages.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        pass


def browse(folder: Path, html: str, width: int, height: int = 1000, dark: bool = False, picture: Path | None = None,
           around: str = FRAME):
    """Opens the page in a frame; returns what was measured and which addresses were asked for."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium (Debian package chromium)")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    server.pages = {"/": (around % (width, height)).encode(), "/report.html": html.encode()}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    flags = [*FLAGS, f"--user-data-dir={folder / 'profile'}", f"--window-size={max(width, 500)},{height}",
             "--virtual-time-budget=10000"]
    if dark:
        flags.append("--blink-settings=preferredColorScheme=0")
    try:
        command = [CHROMIUM, *flags, f"--screenshot={picture}" if picture else "--dump-dom",
                   f"http://127.0.0.1:{server.server_port}/"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    finally:
        server.shutdown()
        server.server_close()
        shutil.rmtree(folder / "profile", ignore_errors=True)
    found = re.search(r'<pre id="measured"[^>]*>(.*?)</pre>', done.stdout, re.DOTALL)
    assert picture or found, f"the page around the report has measured nothing: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return (json.loads(found.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")) if found else None,
            [path for path in server.asked if path != "/favicon.ico"])


@pytest.fixture(scope="module")
def html(run):
    return reports.html(run)


@pytest.mark.parametrize("width", [1200, 900, 390, 320])
def test_the_report_fits_the_screen_and_shows_every_section_figure_and_column(tmp_path, html, width):
    html = html.replace("<details>", "<details open>")
    measured, asked = browse(tmp_path, html, width)
    assert asked == ["/", "/report.html"], "the report asks nothing of the network"
    assert measured["sections"] == SECTIONS
    assert measured["scroll"] <= measured["width"] == width, measured["outside"]
    assert measured["outside"] == [] and measured["hidden"] == 0
    assert len(measured["figures"]) == html.count("<figure>"), "of the two drawings of each figure one is shown"
    for figure in measured["figures"]:
        assert figure["width"] >= 0.8 * min(width, 800) - 8 and figure["height"] > 60 and figure["marks"] > 2, figure
    assert width < 390 or measured["smallest"] >= 7.5, "text in the figures can be read"


def test_dark_readers_get_a_dark_page(tmp_path, html):
    light, _ = browse(tmp_path, html, 800)
    dark, _ = browse(tmp_path, html, 800, dark=True)
    assert light["background"] == "rgb(254, 254, 254)" and dark["background"] == "rgb(20, 24, 28)"


def test_a_hostile_scenario_runs_nothing_in_the_browser(tmp_path):
    html = reports.html(st.read(write_results(tmp_path / "results", hostile=HOSTILE)))
    measured, asked = browse(tmp_path, html, WIDTHS["phone"])
    assert measured["pwned"] is None and measured["scripts"] == 1 and measured["images"] == 0
    assert measured["scroll"] <= measured["width"] and asked == ["/", "/report.html"]


@pytest.mark.parametrize("width", [1200, 390])
def test_figures_tell_values_and_open_large_and_tables_sort_and_filter(tmp_path, html, run, width):
    found, asked = browse(tmp_path, html, width, around=READER)
    assert asked == ["/", "/report.html"]
    assert found["before"] and found["after"] and found["marks"] == 2
    series = run.series("plays.asked")
    middle = series.index[abs(series.index - series.index[[0, -1]].to_numpy().mean()).argmin()]
    values = {quantity(run.series(name)[middle], "/s") for name in ("plays.asked", "plays.started")}
    assert set(found["tip"][2::2]) == values and set(found["tip"][1::2]) == {"asked for", "started"}, found["tip"]
    numbers = [float(one) for one in found["up"]]
    assert numbers == sorted(numbers) and len(numbers) == len(run.kpis) and found["down"] == found["up"][::-1]
    assert found["order"] == "descending"
    assert set(found["filtered"]) == {name for name in run.kpis.index if "plays" in name and "start" in name + run.kpis["doc"][name]}
    assert found["large"] > 0.9 * width and found["nearer"] == pytest.approx(0.8, abs=0.01) and found["back"]


@pytest.mark.parametrize("device", WIDTHS)
def test_screenshots_can_be_taken(tmp_path, html, device):
    height = browse(tmp_path, html, WIDTHS[device])[0]["height"]
    folder = Path(os.environ.get("STREAMTWIN_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"report-{device}.png"
    browse(tmp_path, html, WIDTHS[device], height=height, picture=picture)
    from matplotlib.image import imread

    pixels = imread(picture)
    assert pixels.shape[:2] == (height, max(WIDTHS[device], 500))
    rows_with_ink = (pixels[..., :3].std(axis=(1, 2)) > 0.01).mean()
    assert 0.4 < rows_with_ink < 1, "most lines of the page show something"
