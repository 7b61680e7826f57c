// Shows the problems of the newest build on top of the page: errors in a dialog,
// warnings in a note in the corner. What the author wrote comes as text and is
// only ever made text. Everything is in a shadow tree with a style sheet of its
// own, so that the styles of the site and of the overlay leave each other alone.

const host = document.createElement("div");
host.dataset.milepost = "problems";
const root = host.attachShadow({ mode: "open" });
const style = document.createElement("link");
style.rel = "stylesheet";
style.href = "/.milepost/problems.css";
root.append(style);
const styled = new Promise((done) => {
  style.addEventListener("load", done);
  style.addEventListener("error", done);
});
// At once, since the style sheet cannot be had any more when the server stops.
document.documentElement.append(host);

let current = null; // the newest state that has problems
let dialog = null;
let note = null;
let shown = ""; // id of the problems that the reader has before him
let dismissed = ""; // id of the warnings that he has put away

try {
  dismissed = sessionStorage.getItem("milepost:dismissed") ?? "";
} catch {
  // No storage: they come back with the next page.
}

function element(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...children);
  return e;
}

const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

// tally counts problems in words: "2 errors, 1 warning".
function tally(problems) {
  return ["error", "warning", "finding"]
    .map((severity) => [problems.filter((p) => p.severity === severity).length, severity])
    .filter(([n]) => n > 0)
    .map(([n, severity]) => count(n, severity))
    .join(", ");
}

function item(problem) {
  const li = element("li", { class: problem.severity });
  if (problem.place) li.append(element("p", { class: "place" }, problem.place));
  const message = element("p", { class: "message" }, element("strong", {}, problem.severity), " ");
  if (problem.explain) {
    message.append(element("a", { class: "code", href: problem.explain, target: "_blank", rel: "noopener" }, problem.code), " ");
  } else if (problem.code) {
    message.append(element("span", { class: "code" }, problem.code), " ");
  }
  message.append(problem.message);
  li.append(message);
  if (problem.excerpt) {
    const { line, before, marked, after, caret } = problem.excerpt;
    li.append(element("pre", { class: "excerpt", tabindex: "0" },
      element("span", { class: "line" }, `${line} | `), before,
      ...(marked ? [element("mark", {}, marked)] : []), after, "\n",
      element("span", { class: "caret" }, caret)));
  }
  for (const { place, message: text } of problem.notes) {
    li.append(element("p", { class: "note" }, ...(place ? [element("span", { class: "place" }, place), " "] : []), text));
  }
  if (problem.hint) li.append(element("p", { class: "hint" }, problem.hint));
  return li;
}

function removeNote() {
  note?.remove();
  note = null;
}

function removeDialog() {
  const old = dialog;
  dialog = null;
  old?.close(); // gives back the focus
  old?.remove();
}

// openDialog shows the problems in a dialog that Escape closes. A note in the
// corner then opens it again.
function openDialog() {
  const state = current;
  removeNote();
  const close = element("button", { type: "button", autofocus: "" }, "Close ", element("kbd", {}, "Esc"));
  const list = element("ol", { class: "problems" }, ...state.problems.map(item));
  const title = state.failed ? "The build failed" : "The site is built, with warnings";
  const lead = state.failed
    ? `${tally(state.problems) || "A problem"}. Behind this is the last good site. It closes by itself when the problems are fixed.`
    : `${tally(state.problems)}. It goes away when that is mended.`;
  const fresh = element("dialog", { role: state.failed ? "alertdialog" : "dialog", "aria-labelledby": "title", "aria-describedby": "lead" },
    element("header", {}, element("h2", { id: "title" }, title), close),
    element("p", { class: "lead", id: "lead" }, lead), list);
  if (dialog) {
    // The reader keeps his place in the list.
    const top = dialog.scrollTop;
    dialog.replaceChildren(...fresh.children);
    dialog.scrollTop = top;
    dialog.querySelector("button").focus();
  } else {
    dialog = fresh;
    root.append(dialog);
    fresh.addEventListener("close", () => {
      if (dialog !== fresh) return; // taken away, not closed
      removeDialog();
      openNote();
    });
    dialog.showModal();
  }
  close.addEventListener("click", () => dialog.close());
}

function openNote() {
  const state = current;
  removeNote();
  const open = element("button", { type: "button", class: "open" }, state.failed ? `The build failed: ${tally(state.problems)}` : tally(state.problems));
  open.addEventListener("click", openDialog);
  const away = element("button", { type: "button", class: "away", "aria-label": "Put away" }, "×");
  away.addEventListener("click", () => {
    removeNote();
    dismissed = state.problemsId;
    try {
      sessionStorage.setItem("milepost:dismissed", dismissed);
    } catch {
      // As above.
    }
  });
  note = element("div", { class: `corner ${state.failed ? "error" : "warning"}`, role: "status" }, open, away);
  root.append(note);
}

// show shows the problems of a state, and nothing if it has none. What the
// reader has closed stays closed until there is something new.
export async function show(state) {
  const id = `${state.failed} ${state.problemsId}`;
  if (id === shown) return;
  shown = id;
  current = state;
  if (!state.failed && state.problems.length === 0) {
    removeDialog();
    removeNote();
    return;
  }
  await styled;
  if (id !== shown) return; // something newer has come meanwhile
  if (state.failed) {
    openDialog();
    return;
  }
  removeDialog();
  removeNote();
  if (dismissed !== state.problemsId) openNote();
}

// silence says that the server does not answer; speak, that it does again.
let quiet = null;

export async function silence() {
  await styled;
  quiet ??= element("div", { class: "corner stopped", role: "status" }, element("span", { class: "open" }, "milepost serve has stopped"));
  root.append(quiet);
}

export function speak() {
  quiet?.remove();
  quiet = null;
}
