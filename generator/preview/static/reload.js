// Reloads the page when milepost serve has built the site anew, and shows why a
// build failed on top of the last good page. Only the preview adds this script.
(() => {
  const build = document.currentScript.dataset.build;
  let stream = null;
  let overlay = null;

  function hide() {
    if (overlay) overlay.remove();
    overlay = null;
  }

  // Styles are set property by property, because the page's content security
  // policy allows neither style elements nor style attributes.
  function element(name, text, style) {
    const e = document.createElement(name);
    e.textContent = text;
    Object.assign(e.style, style);
    return e;
  }

  function show(problems) {
    hide();
    overlay = element("div", "", {
      position: "fixed", inset: "0", zIndex: "2147483647", overflow: "auto",
      padding: "1.5rem", background: "rgba(24, 24, 27, .96)", color: "#fafafa",
      font: "15px/1.5 system-ui, sans-serif",
    });
    overlay.setAttribute("role", "alert");
    overlay.dataset.milepost = "problems";
    overlay.append(
      element("strong", "The build failed. Below is the last good site.", { fontSize: "18px" }),
      element("pre", problems, {
        margin: "1rem 0", whiteSpace: "pre-wrap", font: "14px/1.5 ui-monospace, monospace",
        background: "none", color: "inherit", border: "0", padding: "0",
      }),
    );
    const close = element("button", "Hide until the next change", { font: "inherit", padding: ".3rem .8rem" });
    close.type = "button";
    close.addEventListener("click", hide);
    overlay.append(close);
    document.body.append(overlay);
  }

  function open() {
    if (stream) return;
    stream = new EventSource("/.milepost/events");
    stream.onmessage = (event) => {
      const state = JSON.parse(event.data);
      if (state.build !== build) location.reload();
      else if (state.problems && build) show(state.problems);
      else if (state.problems) document.querySelector("pre").textContent = state.problems;
      else hide();
    };
  }

  function close() {
    if (stream) stream.close();
    stream = null;
  }

  // Browsers open at most six connections to one host, so a tab that nobody
  // looks at gives its connection back. It learns the news when it is shown.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", () => { if (!document.hidden) open(); });
  if (!document.hidden) open();
})();
