// Tables of the class "sortable": their heads sort the rows, a field and the
// marked columns narrow them down. Without this script the rows are all there, in
// the order of the page.
(() => {
  "use strict";
  const language = document.documentElement.lang || "en";
  const words = new Intl.Collator(language, { numeric: true, sensitivity: "base" });

  // What a cell is sorted by: its key, its date, or its text.
  function key(cell) {
    if (!cell) return "";
    if (cell.dataset.sort !== undefined) return cell.textContent.trim() ? cell.dataset.sort : "";
    const time = cell.querySelector("time");
    return time ? time.dateTime : cell.textContent.trim();
  }

  function compare(a, b) {
    if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1; // nothing comes last
    const x = Number(a), y = Number(b);
    return Number.isNaN(x) || Number.isNaN(y) ? words.compare(a, b) : x - y;
  }

  function label(text, control) {
    const out = document.createElement("label");
    out.append(text, " ", control);
    return out;
  }

  // The value of a cell without its notes and badges.
  function value(cell) {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll(".note, .badge, .vh").forEach((n) => n.remove());
    return copy.textContent.trim().replace(/\s+/g, " ");
  }

  class Sortable {
    constructor(table) {
      this.table = table;
      this.body = table.tBodies[0];
      this.rows = Array.from(this.body.rows);
      this.heads = Array.from(table.tHead.rows[0].cells);
      this.column = -1;
      this.heads.forEach((head, i) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => this.sort(i, this.column === i && !this.down));
      });
      this.filters();
    }

    sort(column, down) {
      this.column = column;
      this.down = down;
      const sign = down ? -1 : 1;
      const sorted = this.rows.map((row) => [key(row.cells[column]), row]);
      sorted.sort(([a], [b]) => (a === "" || b === "" ? compare(a, b) : sign * compare(a, b)));
      this.body.append(...sorted.map(([, row]) => row));
      this.heads.forEach((head, i) => {
        if (i === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      if (this.order) this.order.value = String(column);
    }

    filters() {
      const bar = document.createElement("div");
      bar.className = "table-tools";
      this.text = document.createElement("input");
      this.text.type = "search";
      bar.append(label("Filter", this.text));
      this.picks = [];
      this.heads.forEach((head, i) => {
        if (head.dataset.filter === undefined) return;
        const all = [...new Set(this.rows.map((row) => (row.cells[i] ? value(row.cells[i]) : "")))].filter(Boolean).sort(words.compare);
        if (all.length < 2) return;
        const select = document.createElement("select");
        select.append(new Option("all", ""), ...all.map((v) => new Option(v, v)));
        this.picks.push([i, select]);
        bar.append(label(head.textContent.trim(), select));
      });
      // Where rows are cards there are no heads to press.
      this.order = document.createElement("select");
      this.order.append(new Option("as on the page", "-1"), ...this.heads.map((head, i) => new Option(head.textContent.trim(), String(i))));
      this.order.addEventListener("change", () => {
        if (this.order.value !== "-1") return this.sort(Number(this.order.value), false);
        this.column = -1;
        this.body.append(...this.rows);
        this.heads.forEach((head) => head.removeAttribute("aria-sort"));
      });
      bar.append(label("Sort by", this.order));
      this.status = document.createElement("span");
      this.status.setAttribute("role", "status");
      bar.append(this.status);
      bar.addEventListener("input", () => this.narrow());
      this.table.closest(".table").prepend(bar);
    }

    narrow() {
      const wanted = this.text.value.trim().toLocaleLowerCase(language).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of this.rows) {
        const text = row.textContent.toLocaleLowerCase(language);
        row.hidden = !(wanted.every((w) => text.includes(w)) && this.picks.every(([i, s]) => !s.value || (row.cells[i] && value(row.cells[i]) === s.value)));
        if (!row.hidden) shown++;
      }
      this.status.textContent = shown === this.rows.length ? "" : `${shown} of ${this.rows.length} shown`;
    }
  }

  document.querySelectorAll("table.sortable").forEach((table) => {
    if (table.tBodies[0] && table.tBodies[0].rows.length > 1) new Sortable(table);
  });
})();
