// Conveniences for the Gantt: fold phases, filter, search, trace dependencies,
// zoom by key, and the line of today. The table tells the truth without them.
(() => {
  "use strict";

  class Gantt {
    constructor(root) {
      this.root = root;
      this.region = root.querySelector(".gantt-region");
      this.rows = [...root.querySelectorAll("tbody tr")];
      this.byId = new Map(this.rows.map((row) => [row.id, row]));
      this.folded = new Set();
      this.only = "all";
      this.search = "";
      this.links = this.collectLinks();
      if (root.classList.contains("gantt-whole")) this.addTools();
      this.addFolds();
      this.addTracing();
      this.addClicks();
      for (const input of root.querySelectorAll(".gantt-zoom input")) {
        input.addEventListener("change", () => {
          this.writeAddress(input);
          this.showNow();
        });
      }
      this.region.addEventListener("keydown", (event) => this.key(event));
      this.drawToday();
      this.readAddress();
      addEventListener("hashchange", () => this.reveal());
      this.reveal();
    }

    // collectLinks finds for each arrow its pieces and the rows of its ends.
    collectLinks() {
      const links = new Map();
      const link = (n) => links.get(n) ?? links.set(n, { pieces: [] }).get(n);
      for (const row of this.rows) {
        for (const n of numbers(row.dataset.out)) link(n).from = row;
        for (const n of numbers(row.dataset.into)) link(n).to = row;
        for (const piece of row.querySelectorAll(".link > *")) {
          for (const name of piece.classList) {
            if (/^l\d+$/.test(name)) link(name.slice(1)).pieces.push(piece);
          }
        }
      }
      return links;
    }

    addTools() {
      let tools = this.root.querySelector(".gantt-tools");
      if (!tools) {
        tools = element("div", { className: "gantt-tools" });
        this.root.prepend(tools);
      }
      const filter = element("div", { className: "gantt-filter" });
      filter.setAttribute("role", "group");
      filter.setAttribute("aria-label", "Filter");
      const choices = [["all", "All"], ["critical", "Critical only"], ["milestone", "Milestones only"]]
        .filter(([value]) => value === "all" || this.root.querySelector(`tr.${value}`));
      this.buttons = choices.map(([value, text]) => {
        const button = element("button", { type: "button", textContent: text });
        button.dataset.only = value;
        button.setAttribute("aria-pressed", String(value === "all"));
        button.addEventListener("click", () => {
          this.only = value;
          this.apply();
        });
        return button;
      });
      const input = element("input", { type: "search", placeholder: "Search" });
      input.setAttribute("aria-label", "Search the schedule");
      input.addEventListener("input", () => {
        this.search = input.value.trim().toLowerCase();
        this.apply();
      });
      this.count = element("span", { className: "gantt-count" });
      this.count.setAttribute("role", "status");
      filter.append(...this.buttons, input, this.count);
      const phases = this.rows.filter((row) => row.matches(".phase"));
      if (phases.length > 0) {
        const fold = element("button", { type: "button", textContent: "Collapse all" });
        fold.addEventListener("click", () => {
          const open = this.folded.size === 0;
          phases.forEach((row) => this.setFold(row, open));
          this.apply();
        });
        this.foldAll = fold;
        filter.append(fold);
      }
      tools.append(filter);
    }

    addFolds() {
      for (const row of this.rows) {
        if (!row.matches(".phase") || !this.rows.some((r) => r.dataset.in === row.id)) continue;
        const name = row.querySelector("th");
        const button = element("button", { type: "button", className: "gantt-fold" });
        button.setAttribute("aria-expanded", "true");
        button.setAttribute("aria-label", `Members of ${name.querySelector("a")?.textContent ?? name.textContent}`.trim());
        button.addEventListener("click", () => {
          this.setFold(row, !this.folded.has(row.id));
          this.apply();
        });
        name.prepend(button);
      }
    }

    setFold(row, fold) {
      const button = row.querySelector(".gantt-fold");
      if (!button) return;
      if (fold) this.folded.add(row.id);
      else this.folded.delete(row.id);
      button.setAttribute("aria-expanded", String(!fold));
    }

    matches(row) {
      if (this.only !== "all" && !row.classList.contains(this.only)) return false;
      if (this.search === "") return true;
      return [...row.cells].slice(0, -1).some((cell) => cell.textContent.toLowerCase().includes(this.search));
    }

    // apply hides rows that are filtered out or folded away. A phase stays while
    // something in it is shown.
    apply() {
      const filtering = this.only !== "all" || this.search !== "";
      const shown = new Set();
      let hits = 0;
      for (const row of this.rows) {
        if (!this.matches(row) || (filtering && row.matches(".phase") && this.search === "")) continue;
        if (!row.matches(".phase")) hits++;
        shown.add(row);
        for (let up = this.byId.get(row.dataset.in); up; up = this.byId.get(up.dataset.in)) shown.add(up);
      }
      for (const row of this.rows) {
        let hidden = !shown.has(row);
        for (let up = this.byId.get(row.dataset.in); up && !filtering; up = this.byId.get(up.dataset.in)) {
          hidden ||= this.folded.has(up.id);
        }
        row.hidden = hidden;
      }
      for (const { from, to, pieces } of this.links.values()) {
        const off = !from || !to || from.hidden || to.hidden;
        pieces.forEach((piece) => piece.classList.toggle("off-link", off && !this.shared(piece)));
      }
      this.buttons?.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.only === this.only)));
      if (this.foldAll) this.foldAll.textContent = this.folded.size === 0 ? "Collapse all" : "Expand all";
      if (this.count) {
        const all = this.rows.filter((row) => !row.matches(".phase")).length;
        this.count.textContent = filtering ? `${hits} of ${all} shown` : "";
      }
    }

    // shared tells whether some other arrow that is shown needs the piece.
    shared(piece) {
      return [...piece.classList].some((name) => {
        const link = /^l\d+$/.test(name) && this.links.get(name.slice(1));
        return link && link.from && link.to && !link.from.hidden && !link.to.hidden;
      });
    }

    addTracing() {
      const trace = (row, on) => {
        for (const n of [...numbers(row.dataset.out), ...numbers(row.dataset.into)]) {
          const { from, to, pieces } = this.links.get(n);
          pieces.forEach((piece) => piece.classList.toggle("traced", on));
          for (const end of [from, to]) if (end && end !== row) end.classList.toggle("related", on);
        }
      };
      for (const row of this.rows) {
        row.addEventListener("pointerenter", () => trace(row, true));
        row.addEventListener("pointerleave", () => trace(row, false));
        row.addEventListener("focusin", () => trace(row, true));
        row.addEventListener("focusout", () => trace(row, false));
      }
    }

    // A click on a bar goes where the name leads.
    addClicks() {
      for (const row of this.rows) {
        const link = row.querySelector("th a");
        if (!link) continue;
        for (const mark of row.querySelectorAll(".bar, .progress, .bracket, .diamond")) {
          mark.addEventListener("click", () => link.click());
          mark.classList.add("clickable");
        }
      }
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
      const step = { "+": 1, "=": 1, "-": -1 }[event.key];
      if (step) {
        const zooms = [...this.root.querySelectorAll(".gantt-zoom input")];
        const next = zooms[zooms.findIndex((z) => z.checked) + step];
        if (!next) return;
        this.zoom(next);
        event.preventDefault();
      } else if (event.target === this.region && (event.key === "Home" || event.key === "End")) {
        this.region.scrollTo({ left: event.key === "Home" ? 0 : this.region.scrollWidth });
        event.preventDefault();
      }
    }

    // zoom keeps the middle of the picture where it is.
    zoom(input) {
      const region = this.region;
      const middle = (region.scrollLeft + region.clientWidth / 2) / region.scrollWidth;
      input.checked = true;
      region.scrollLeft = middle * region.scrollWidth - region.clientWidth / 2;
      this.writeAddress(input);
    }

    // showNow scrolls a picture that has just been zoomed to the status date, or
    // to today, or to the first bar, a little right of the names.
    showNow() {
      const mark = this.root.querySelector(".gantt-defs .gantt-mark-status") ?? this.root.querySelector("td .gantt-mark-today");
      const [name, cell] = [...this.root.querySelectorAll("thead th:first-child, thead th:last-child")];
      const left = mark ? (cell.offsetWidth * parseFloat(mark.getAttribute("x1"))) / 100 : 0;
      const room = this.region.clientWidth - name.offsetWidth;
      this.region.scrollLeft = Math.max(0, left - room / 3);
    }

    // The address keeps the zoom, so that a shared link shows the same view.
    writeAddress(input) {
      history.replaceState(null, "", input.value === "fit" ? location.href.split("#")[0] : `#z=${input.value}`);
    }

    readAddress() {
      const zoom = /^#z=(\w+)$/.exec(location.hash);
      const input = zoom && this.root.querySelector(`.gantt-zoom input[value="${zoom[1]}"]`);
      if (input) {
        input.checked = true;
        this.showNow();
      }
    }

    // reveal unfolds the row that the address names.
    reveal() {
      const row = this.byId.get(decodeURIComponent(location.hash.slice(1)));
      if (!row || !row.hidden) return;
      this.only = "all";
      this.search = "";
      for (let up = this.byId.get(row.dataset.in); up; up = this.byId.get(up.dataset.in)) this.setFold(up, false);
      this.apply();
      row.scrollIntoView();
    }

    // Today is known only to the reader's clock, so the page itself cannot show it.
    drawToday() {
      const now = new Date();
      const time = (text) => Date.parse(`${text}Z`);
      const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate(), now.getHours(), now.getMinutes());
      const from = time(this.root.dataset.from);
      const to = time(this.root.dataset.to);
      if (!(today >= from && today <= to)) return;
      const x = `${(((today - from) / (to - from)) * 100).toFixed(3)}%`;
      for (const svg of this.root.querySelectorAll("td.gantt-time > svg")) {
        svg.querySelector("use").after(line(x, "0", "100%"));
      }
      const lane = 16;
      for (const svg of this.root.querySelectorAll(".gantt-axis")) {
        const height = Number(svg.getAttribute("height"));
        svg.setAttribute("height", height + lane);
        const left = parseFloat(x) > 50;
        const label = svgElement("text", { class: `gantt-mark-today${left ? " before" : ""}`, x, y: height + 8, dx: left ? -5 : 5 });
        label.textContent = "today";
        svg.append(line(x, height - 2, "100%"), label);
      }
    }
  }

  function line(x, y1, y2) {
    return svgElement("line", { class: "gantt-mark-today", x1: x, x2: x, y1, y2 });
  }

  function svgElement(name, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  function element(name, properties) {
    return Object.assign(document.createElement(name), properties);
  }

  function numbers(text) {
    return (text ?? "").split(" ").filter(Boolean);
  }

  for (const root of document.querySelectorAll(".gantt")) {
    if (root.querySelector(".gantt-region")) new Gantt(root);
  }
})();
