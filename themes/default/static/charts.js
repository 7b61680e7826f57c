// Exploring charts: ECharts is loaded when a reader asks for it, reads the option
// that stands in the page as JSON, and takes the place of the static picture.
// Without this script the static picture, the reading and the table say it all.
(() => {
  "use strict";

  const library = new URL("vendor/echarts/echarts.min.js", document.currentScript.src).href;
  let loading = null;

  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = () => resolve(window.echarts);
      script.onerror = () => {
        loading = null;
        script.remove();
        reject(new Error("the chart library could not be loaded"));
      };
      document.head.append(script);
    });
    return loading;
  }

  // The option names colours as CSS variables, so that they follow the theme.
  function resolve(value, style) {
    if (typeof value === "string") {
      const name = /^var\((--[\w-]+)\)$/.exec(value);
      return name ? style.getPropertyValue(name[1]).trim() || "#808080" : value;
    }
    if (Array.isArray(value)) return value.map((v) => resolve(v, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v, style)]));
    }
    return value;
  }

  function formatter(unit, compact) {
    const language = document.documentElement.lang || "en";
    if (unit.kind === "date") {
      const date = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
      return (value) => (typeof value === "number" ? date.format(value * 86400000) : String(value ?? ""));
    }
    const options = { maximumFractionDigits: 2 };
    if (unit.kind === "money") {
      Object.assign(options, { style: "currency", currency: unit.currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: 0 });
      if (compact) Object.assign(options, { notation: "compact", maximumFractionDigits: 1 });
    }
    if (unit.kind === "percent") Object.assign(options, { style: "percent", maximumFractionDigits: 0 });
    const number = new Intl.NumberFormat(language, options);
    return (value) => (typeof value === "number" ? number.format(value) : String(value ?? ""));
  }

  class Explorer {
    constructor(figure, source) {
      this.figure = figure;
      this.picture = figure.querySelector(".chart-static");
      ({ option: this.option, unit: this.unit } = JSON.parse(source.textContent));
      this.title = figure.querySelector(".chart-title")?.textContent ?? "Chart";

      this.actions = document.createElement("div");
      this.actions.className = "chart-actions";
      this.button = document.createElement("button");
      this.button.type = "button";
      this.button.textContent = "Explore";
      this.button.setAttribute("aria-label", `Explore the chart: ${this.title}`);
      this.status = document.createElement("span");
      this.status.className = "chart-status";
      this.status.setAttribute("role", "status");
      this.actions.append(this.button, this.status);
      this.picture.after(this.actions);
      this.button.addEventListener("click", () => (this.chart ? this.close() : this.open()));
    }

    async open() {
      this.button.disabled = true;
      this.status.textContent = "Loading…";
      try {
        const echarts = await load();
        this.live = document.createElement("div");
        this.live.className = "chart-live";
        this.live.tabIndex = 0;
        this.live.setAttribute("role", "group");
        this.live.setAttribute("aria-label", `${this.title}. Left and right arrows read the values; Escape goes back.`);
        this.live.style.height = `${Math.min(560, Math.max(320, this.picture.offsetHeight))}px`;
        this.picture.after(this.live);
        this.showStatic(false);
        this.chart = echarts.init(this.live, null, { renderer: "svg" });
        this.draw();
        this.live.addEventListener("keydown", (event) => this.key(event));
        this.observer = new ResizeObserver(() => this.chart?.resize());
        this.observer.observe(this.live);
        this.button.textContent = "Back to the static picture";
        this.button.setAttribute("aria-label", `Back to the static picture: ${this.title}`);
        this.status.textContent = "";
      } catch (error) {
        this.close();
        this.status.textContent = `Not available: ${error.message}.`;
      } finally {
        this.button.disabled = false;
      }
    }

    close() {
      this.observer?.disconnect();
      this.chart?.dispose();
      this.live?.remove();
      this.chart = this.live = this.observer = null;
      this.index = undefined;
      this.showStatic(true);
      this.button.textContent = "Explore";
      this.button.setAttribute("aria-label", `Explore the chart: ${this.title}`);
      this.status.textContent = "";
    }

    // The explored chart has a legend of its own.
    showStatic(shown) {
      this.picture.hidden = !shown;
      const legend = this.figure.querySelector(".chart-legend");
      if (legend) legend.hidden = !shown;
    }

    draw() {
      const option = resolve(this.option, getComputedStyle(this.figure));
      const write = formatter(this.unit, false);
      const short = formatter(this.unit, true);
      option.tooltip.valueFormatter = write;
      for (const axis of [...option.xAxis, ...option.yAxis]) {
        if (axis.type === "value") axis.axisLabel = { ...axis.axisLabel, formatter: short };
      }
      option.textStyle = { fontFamily: getComputedStyle(this.figure).fontFamily };
      this.chart.setOption(option, { notMerge: true });
    }

    // Arrow keys walk along the categories and say the values of each.
    key(event) {
      const names = (this.option.xAxis[0].data ?? this.option.yAxis[0].data) || [];
      const last = names.length - 1;
      const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
      if (event.key === "Escape") {
        this.close();
        this.button.focus();
      } else if (event.key === "Home") {
        this.say(0, names);
      } else if (event.key === "End") {
        this.say(last, names);
      } else if (event.key in moves) {
        const from = this.index ?? (moves[event.key] > 0 ? -1 : last + 1);
        this.say(Math.min(last, Math.max(0, from + moves[event.key])), names);
      } else {
        return;
      }
      event.preventDefault();
    }

    say(index, names) {
      this.index = index;
      const write = formatter(this.unit, false);
      const values = this.option.series
        .map((s) => [s.name, s.data[index]?.value])
        .filter(([, v]) => v !== undefined && v !== null && v !== 0)
        .map(([name, v]) => `${name} ${write(v)}`);
      this.chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: index });
      this.status.textContent = `${names[index]}: ${values.join(", ") || "nothing"}`;
    }
  }

  const explorers = [];
  for (const source of document.querySelectorAll("figure.chart script.chart-option")) {
    explorers.push(new Explorer(source.closest("figure"), source));
  }
  if (explorers.length === 0) return;

  const redraw = () => explorers.forEach((e) => e.chart && e.draw());
  new MutationObserver(redraw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
})();
