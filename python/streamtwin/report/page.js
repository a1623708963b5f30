"use strict";
// Tables that sort and filter, figures that tell their values and open large. Without it the page lacks nothing but that.
(() => {
  const make = (tag, attributes = {}, text = "") => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  };
  const svgPart = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  const FILTER_FROM = 12;
  const keyOf = cell => cell.dataset.value !== undefined ? Number(cell.dataset.value) : cell.textContent.trim();
  const order = (a, b) => typeof a === "number" && typeof b === "number"
    ? (Number.isNaN(a) - Number.isNaN(b)) || a - b
    : String(a).localeCompare(String(b), "en", {numeric: true});

  function sortable(table) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", {type: "button", class: "sort", title: "Sort by this column"});
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(one => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].sort((a, b) => order(keyOf(a.cells[column]), keyOf(b.cells[column])));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  }

  function filterable(table) {
    const box = make("input", {type: "search", class: "filter", placeholder: "Filter rows", "aria-label": "Filter rows"});
    const rows = [...table.tBodies[0].rows];
    box.addEventListener("input", () => {
      const words = box.value.toLowerCase().split(/\s+/);
      for (const row of rows) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
    });
    table.before(box);
  }

  for (const table of document.querySelectorAll("table.rows")) {
    const rows = table.tBodies[0].rows.length;
    if (rows > 1) sortable(table);
    if (rows >= FILTER_FROM) filterable(table);
  }

  const tip = make("div", {class: "tip", role: "status", hidden: ""});
  document.body.append(tip);

  function nearest(places, x) {
    let best = 0;
    places.forEach((place, at) => { if (Math.abs(place - x) < Math.abs(places[best] - x)) best = at; });
    return best;
  }

  function probed(svg) {
    const panels = JSON.parse(svg.dataset.panels), marks = svgPart("g", {class: "marks"});
    svg.append(marks);
    const leave = () => { marks.replaceChildren(); tip.hidden = true; };
    const look = event => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const panel = panels.find(({box: [left, top, right, bottom]}) => at.x >= left - 4 && at.x <= right + 4 && at.y >= top - 4 && at.y <= bottom + 4);
      if (!panel) return leave();
      tell(panel, at, event);
    };
    const tell = (panel, at, event) => {
      const found = panel.lines.map(line => {
        const axis = panel.along[line.along], place = nearest(axis.x, at.x);
        return {line, x: axis.x[place], y: line.y[place], when: axis.at[place], value: line.values[place]};
      });
      const reach = Math.min(...found.map(one => Math.abs(one.x - at.x))) + 2;
      const shown = found.filter(one => Math.abs(one.x - at.x) <= reach && one.y !== null).sort((a, b) => a.y - b.y);
      if (!shown.length) return leave();
      const cross = svgPart("line", {x1: shown[0].x, x2: shown[0].x, y1: panel.box[1], y2: panel.box[3], class: "cross"});
      marks.replaceChildren(cross, ...shown.map(one => svgPart("circle", {cx: one.x, cy: one.y, r: 2.4, style: `fill:${one.line.colour}`})));
      tip.replaceChildren(make("strong", {}, shown[0].when), ...shown.map(one => {
        const row = make("div"), swatch = make("i");
        swatch.style.background = one.line.colour;
        row.append(swatch, make("span", {}, one.line.name), make("b", {}, one.value));
        return row;
      }));
      tip.hidden = false;
      const {width, height} = tip.getBoundingClientRect(), room = document.documentElement;
      tip.style.left = `${Math.max(4, event.clientX + 14 + width > room.clientWidth ? event.clientX - width - 14 : event.clientX + 14)}px`;
      tip.style.top = `${Math.max(4, Math.min(event.clientY + 14, room.clientHeight - height - 4))}px`;
    };
    svg.addEventListener("pointermove", look);
    svg.addEventListener("pointerdown", look);
    svg.addEventListener("pointerleave", leave);
  }
  document.querySelectorAll("figure svg[data-panels]").forEach(probed);

  const dialog = make("dialog", {class: "large", "aria-label": "A figure, large"});
  document.body.append(dialog);

  function zoomed(svg) {
    const whole = svg.viewBox.baseVal, [left, top, width, height] = [whole.x, whole.y, whole.width, whole.height];
    let view = {x: left, y: top, scale: 1};
    const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${width / view.scale} ${height / view.scale}`);
    const place = event => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const by = (factor, x = view.x + width / view.scale / 2, y = view.y + height / view.scale / 2) => {
      const scale = Math.min(20, Math.max(1, view.scale * factor)), held = view.scale / scale;
      view = scale === 1 ? {x: left, y: top, scale} : {x: x - (x - view.x) * held, y: y - (y - view.y) * held, scale};
      show();
    };
    let dragged = null;
    const handlers = {
      wheel: event => { event.preventDefault(); const at = place(event); by(event.deltaY < 0 ? 1.25 : 0.8, at.x, at.y); },
      dblclick: () => by(0),
      pointerdown: event => { if (view.scale > 1) { dragged = place(event); svg.setPointerCapture(event.pointerId); } },
      pointermove: event => {
        if (!dragged) return;
        const at = place(event);
        view = {...view, x: view.x + dragged.x - at.x, y: view.y + dragged.y - at.y};
        show();
      },
      pointerup: () => { dragged = null; },
    };
    for (const [name, handler] of Object.entries(handlers)) svg.addEventListener(name, handler, {passive: false});
    return {by, end: () => {
      by(0);
      for (const [name, handler] of Object.entries(handlers)) svg.removeEventListener(name, handler);
    }};
  }

  function open(svg, home) {
    const bar = make("div", {class: "zoom"}), zoom = zoomed(svg);
    const button = (text, title, act) => {
      const made = make("button", {type: "button", title, "aria-label": title}, text);
      made.addEventListener("click", act);
      return made;
    };
    bar.append(button("+", "Larger", () => zoom.by(1.5)), button("\u2212", "Smaller", () => zoom.by(1 / 1.5)),
      button("1:1", "As a whole", () => zoom.by(0)), button("\u00d7", "Close", () => dialog.close()));
    dialog.replaceChildren(bar, svg, tip);
    dialog.addEventListener("close", () => { zoom.end(); home.prepend(svg); tip.hidden = true; document.body.append(tip); }, {once: true});
    dialog.showModal();
  }

  for (const svg of document.querySelectorAll("figure svg")) {
    const button = make("button", {type: "button", class: "enlarge", title: "Open this figure large", "aria-label": "Open this figure large"}, "\u2922");
    const home = svg.parentNode;
    home.classList.add("figure");
    button.addEventListener("click", () => open(svg, home));
    home.append(button);
  }

  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(one => { one.open = true; }));
})();
